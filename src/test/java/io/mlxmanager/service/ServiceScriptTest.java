package io.mlxmanager.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * The service command against commands of the system that only write down how they were called. What it writes is read by
 * the system's own checker where there is one.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the service command is for Linux and macOS")
class ServiceScriptTest {

    private static final Path SCRIPT = Path.of("scripts/mlx-manager-service").toAbsolutePath();

    @TempDir
    private Path folder;

    private Path user;
    private Path data;
    private Path java;
    private Path calls;
    private Path commands;

    /** The end of a command and all that it wrote. */
    private record Outcome(int exit, String text) {}

    @BeforeEach
    void aUserWithAwkwardFolders() throws IOException {
        user = Files.createDirectories(folder.resolve("home of Ann"));
        data = user.resolve("my \"data\" & 100% $HOME <x> 'y'");
        java = user.resolve("a jdk");
        calls = folder.resolve("calls");
        commands = Files.createDirectories(folder.resolve("bin"));
        command(java.resolve("bin/java"), "exit 0");
        command(commands.resolve("systemctl"), "echo systemctl \"$@\" >>'" + calls + "'; echo active");
        command(
                commands.resolve("launchctl"),
                "echo launchctl \"$@\" >>'" + calls + "'; [ \"$1\" != print ] || echo '  state = running'");
        command(commands.resolve("id"), "echo 501");
    }

    @Test
    void theUnitPassesSystemdsOwnCheck() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/systemd-analyze")), "systemd is not installed");
        onSystem("Linux");
        installFromAStandIn();
        Path unit = user.resolve(".config/systemd/user/mlx-manager.service");

        Outcome check = run(
                Map.of("HOME", user.toString(), "XDG_RUNTIME_DIR", folder.toString()),
                List.of("/usr/bin/systemd-analyze", "verify", "--user", unit.toString()));

        assertThat(check.text()).doesNotContain("mlx-manager.service");
        assertThat(check.exit()).as(check.text()).isZero();
    }

    @Test
    void theUnitKeepsEveryCharacterOfThePaths() throws Exception {
        onSystem("Linux");
        List<String> unit = service("print").text().lines().toList();

        String escaped = data.toString().replace("\"", "\\\"").replace("%", "%%");
        assertThat(unit).contains("Environment=\"MLX_MANAGER_HOME=" + escaped + "\"");
        assertThat(unit).contains("Environment=\"JAVA_HOME=" + java + "\"");
        assertThat(unit).contains("Environment=\"MLX_MANAGER_PORT=10555\"");
        assertThat(unit)
                .contains(
                        "ExecStart=/bin/sh \"" + escaped.replace("$", "$$") + "/server/bin/server\" run defaultServer");
        assertThat(unit).noneMatch(line -> line.contains("@"));
    }

    @Test
    void theLaunchAgentIsAPropertyListWithThePathsInIt() throws Exception {
        onSystem("Darwin");
        Map<String, Object> agent = propertyList(service("print").text());

        assertThat(agent.get("Label")).isEqualTo("io.mlxmanager.server");
        assertThat(agent.get("ProgramArguments"))
                .isEqualTo(List.of(data + "/server/bin/server", "run", "defaultServer"));
        assertThat(agent.get("EnvironmentVariables"))
                .isEqualTo(Map.of(
                        "JAVA_HOME", java.toString(),
                        "MLX_MANAGER_HOME", data.toString(),
                        "MLX_MANAGER_PORT", "10555"));
        assertThat(agent.get("RunAtLoad")).isEqualTo(true);
        assertThat(agent.get("KeepAlive")).isEqualTo(Map.of("SuccessfulExit", false));
        assertThat(agent.get("StandardOutPath")).isEqualTo(data + "/service.log");
    }

    @Test
    void installsTellsAndUninstallsOnLinux() throws Exception {
        onSystem("Linux");
        assertThat(service("status")).isEqualTo(new Outcome(3, "not installed\n"));

        installFromAStandIn();

        assertThat(data.resolve("server/bin/server")).isExecutable();
        assertThat(Files.readAllLines(calls))
                .endsWith("systemctl --user daemon-reload", "systemctl --user enable --now mlx-manager.service");
        assertThat(service("status").text()).endsWith("state: active\n");

        Files.writeString(data.resolve("secret.key"), "stays");
        assertThat(service("uninstall").exit()).isZero();

        assertThat(Files.readAllLines(calls)).contains("systemctl --user disable --now mlx-manager.service");
        assertThat(user.resolve(".config/systemd/user/mlx-manager.service")).doesNotExist();
        assertThat(data.resolve("server")).doesNotExist();
        assertThat(data.resolve("secret.key")).exists();
        assertThat(service("uninstall").text()).isEqualTo("Not installed\n");
    }

    @Test
    void installsTellsAndUninstallsOnMacOs() throws Exception {
        onSystem("Darwin");
        installFromAStandIn();
        Path agent = user.resolve("Library/LaunchAgents/io.mlxmanager.server.plist");

        assertThat(Files.readAllLines(calls)).endsWith("launchctl bootstrap gui/501 " + agent);
        assertThat(service("status").text()).endsWith("state: running\n");
        assertThat(service("uninstall").exit()).isZero();
        assertThat(Files.readAllLines(calls)).endsWith("launchctl bootout gui/501/io.mlxmanager.server");
        assertThat(agent).doesNotExist();
    }

    @Test
    void anotherInstallKeepsTheSettingsOfTheServer() throws Exception {
        onSystem("Linux");
        installFromAStandIn();
        Path settings = data.resolve("server/etc/server.env");
        Files.createDirectories(settings.getParent());
        Files.writeString(settings, "HF_TOKEN=kept\n");

        installFromAStandIn();

        assertThat(settings).hasContent("HF_TOKEN=kept\n");
        assertThat(data.resolve("server.new")).doesNotExist();
        assertThat(data.resolve("server.old")).doesNotExist();
    }

    @Test
    void whatIsMissingIsNamed() throws Exception {
        onSystem("Linux");
        assertThat(service("install", "--from", folder.toString()).text()).contains("no Open Liberty server there");
        assertThat(service("install", "--now").text()).contains("unknown option: --now");
        assertThat(service().text()).contains("usage:");
        Files.delete(java.resolve("bin/java"));
        Outcome refused = service("print");
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.text()).contains("JAVA_HOME has no bin/java: " + java);
    }

    private void installFromAStandIn() throws Exception {
        Path wlp = folder.resolve("built server");
        command(wlp.resolve("bin/server"), "exit 0");
        Outcome outcome = service("install", "--from", wlp.toString());
        assertThat(outcome.exit()).as(outcome.text()).isZero();
    }

    private void onSystem(String name) throws IOException {
        command(commands.resolve("uname"), "echo " + name);
    }

    private Outcome service(String... arguments) throws Exception {
        List<String> line = new ArrayList<>(List.of("sh", SCRIPT.toString()));
        line.addAll(Arrays.asList(arguments));
        return run(
                Map.of(
                        "HOME", user.toString(),
                        "JAVA_HOME", java.toString(),
                        "MLX_MANAGER_HOME", data.toString(),
                        "MLX_MANAGER_PORT", "10555"),
                line);
    }

    private Outcome run(Map<String, String> environment, List<String> line) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
        String path = System.getenv("PATH");
        builder.environment().clear();
        builder.environment().put("PATH", commands + ":" + path);
        builder.environment().putAll(environment);
        Process process = builder.start();
        try (InputStream out = process.getInputStream()) {
            String text = new String(out.readAllBytes(), StandardCharsets.UTF_8);
            return new Outcome(process.waitFor(), text);
        }
    }

    private static void command(Path file, String body) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    /** By plutil's rules: one dictionary at the top, keys and values in turn, no text between. */
    private static Map<String, Object> propertyList(String text) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
        DocumentBuilder parser = factory.newDocumentBuilder();
        Element root = parser.parse(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))
                .getDocumentElement();
        assertThat(root.getTagName()).isEqualTo("plist");
        List<Element> top = elements(root);
        assertThat(top).hasSize(1);
        return dictionary(top.get(0));
    }

    private static Map<String, Object> dictionary(Element dict) {
        assertThat(dict.getTagName()).isEqualTo("dict");
        List<Element> parts = elements(dict);
        assertThat(parts.size() % 2).isZero();
        Map<String, Object> values = new LinkedHashMap<>();
        for (int i = 0; i < parts.size(); i += 2) {
            assertThat(parts.get(i).getTagName()).isEqualTo("key");
            values.put(parts.get(i).getTextContent(), value(parts.get(i + 1)));
        }
        return values;
    }

    private static Object value(Element element) {
        return switch (element.getTagName()) {
            case "string" -> element.getTextContent();
            case "integer" -> Long.valueOf(element.getTextContent());
            case "true" -> true;
            case "false" -> false;
            case "array" ->
                elements(element).stream().map(ServiceScriptTest::value).toList();
            case "dict" -> dictionary(element);
            default -> throw new AssertionError("no property list has <" + element.getTagName() + ">");
        };
    }

    private static List<Element> elements(Element parent) {
        List<Element> elements = new ArrayList<>();
        for (Node child = parent.getFirstChild(); child != null; child = child.getNextSibling()) {
            if (child instanceof Element element) {
                elements.add(element);
            } else if (child.getNodeType() == Node.TEXT_NODE) {
                assertThat(child.getTextContent()).isBlank();
            }
        }
        return elements;
    }
}
