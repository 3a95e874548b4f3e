package io.mlxmanager.architecture;

import static com.tngtech.archunit.core.domain.JavaModifier.NATIVE;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The picture in docs/ARCHITECTURE.md, as a test. */
@AnalyzeClasses(packages = "io.mlxmanager", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String ROOT = "io.mlxmanager.";

    /** Each stratum may use only the strata listed beside it. */
    private static final Map<String, List<String>> ARROWS = Map.of(
            "api", List.of("serve", "manage", "protocol", "chat", "base"),
            "serve", List.of("manage", "protocol", "chat", "engine", "base"),
            "manage", List.of("base"),
            "protocol", List.of("chat"),
            "engine", List.of("mlx"),
            "base", List.of(),
            "chat", List.of(),
            "mlx", List.of());

    @ArchTest
    static void strataDependOnlyDownward(JavaClasses all) {
        var rule = layeredArchitecture().consideringOnlyDependenciesInLayers();
        for (String stratum : ARROWS.keySet()) {
            rule = rule.layer(stratum).definedBy(ROOT + stratum + "..");
        }
        for (Map.Entry<String, List<String>> arrow : ARROWS.entrySet()) {
            var layer = rule.whereLayer(arrow.getKey());
            rule = arrow.getValue().isEmpty()
                    ? layer.mayNotAccessAnyLayer()
                    : layer.mayOnlyAccessLayers(arrow.getValue().toArray(String[]::new));
        }
        rule.check(all);
    }

    @ArchTest
    static final ArchRule everyClassSitsInAStratum = classes()
            .should()
            .resideInAnyPackage(
                    ARROWS.keySet().stream().map(s -> ROOT + s + "..").toArray(String[]::new));

    @ArchTest
    static final ArchRule featuresHaveNoCycles =
            slices().matching(ROOT + "(*).(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule libraryHalfKnowsNoContainer = noClasses()
            .that()
            .resideInAnyPackage(ROOT + "mlx..", ROOT + "engine..", ROOT + "chat..", ROOT + "protocol..")
            .should()
            .dependOnClassesThat(com.tngtech.archunit.base.DescribedPredicate.describe(
                    "are Jakarta or MicroProfile APIs other than JSON",
                    c -> (c.getPackageName().startsWith("jakarta.")
                                    && !c.getPackageName().startsWith("jakarta.json"))
                            || c.getPackageName().startsWith("org.eclipse.microprofile")));

    @ArchTest
    static final ArchRule nativeMethodsLiveInOneClass = methods()
            .that()
            .haveModifier(NATIVE)
            .should()
            .beDeclaredInClassesThat()
            .haveFullyQualifiedName(ROOT + "mlx.MlxNative");

    @ArchTest
    static final ArchRule onlyMlxLoadsLibraries = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "mlx..")
            .should()
            .callMethod(System.class, "load", String.class)
            .orShould()
            .callMethod(System.class, "loadLibrary", String.class);

    @ArchTest
    static final ArchRule onlyManageTouchesTheDatabase = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT + "manage..", ROOT + "base.persist..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("jakarta.persistence..");

    @ArchTest
    static final ArchRule onlyConfigReadsTheEnvironment = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "base.config..")
            .and()
            .doNotHaveFullyQualifiedName(ROOT + "mlx.BuildEnvironment")
            .should()
            .callMethod(System.class, "getenv", String.class)
            .orShould()
            .dependOnClassesThat()
            .resideInAPackage("org.eclipse.microprofile.config..");

    @ArchTest
    static final ArchRule namesSayWhatAClassIs =
            noClasses().should().haveNameMatching(".*(Util|Utils|Helper|Impl|Manager|Dto|DTO)");

    @ArchTest
    static final ArchRule logNotPrint = NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

    /** What the pool shows to others; everything else in its package is nobody's business. */
    private static final Set<String> POOL_FACE = Set.of(
            "ModelPool",
            "ModelLease",
            "LoadedModel",
            "ModelState",
            "ModelPhase",
            "ModelPhaseChanged",
            "PoolChanged",
            "PoolFullException",
            "ContextTooLongException",
            "CrashingModelException",
            "EngineHost",
            "EngineStatus",
            "EngineUnavailableException");

    @ArchTest
    static void thePoolShowsItsFaceOnly(JavaClasses all) {
        all.stream()
                .filter(known -> known.getPackageName().equals(ROOT + "serve.pool"))
                .filter(known -> known.getModifiers().contains(JavaModifier.PUBLIC))
                .filter(known -> known.getEnclosingClass().isEmpty())
                .forEach(known ->
                        assertThat(POOL_FACE).as("public classes of the pool").contains(known.getSimpleName()));
    }

    @ArchTest
    static void everyPackageSaysWhatBelongsThere(JavaClasses all) {
        for (JavaClass known : all) {
            String folder = "src/main/java/" + known.getPackageName().replace('.', '/');
            assertThat(Path.of(folder, "package-info.java")).exists();
        }
    }
}
