package io.mlxmanager.api.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JoinedModulesTest {

    private static final Path WEBAPP = Path.of("src/main/webapp");
    private static final String PLACE = "/app/all.js";

    @Test
    void eachModuleKeepsItsLinesInAScopeOfItsOwnBehindThoseThatItImports() {
        String joined = JoinedModules.of(
                PLACE,
                List.of("/app/main.js", "/app/lib/pace.js"),
                Map.of("/app/main.js", """
                                import { html } from 'lit';
                                import {
                                    SLOW,
                                    pace,
                                } from './lib/pace.js';

                                pace(SLOW, () => import('./chat/mm-chat.js'), html);
                                """, "/app/lib/pace.js", """
                                import { html, nothing } from 'lit';
                                /** @type {import('./other.js').Pace} */
                                export const SLOW = html`${nothing}`;
                                const own = 1;
                                export async function pace(each) {
                                    await import('../ui/icon.js');
                                }
                                """)::get);
        assertThat(joined).isEqualTo("""
                        import { html, nothing } from 'lit';
                        const { SLOW: SLOW$0, pace: pace$0 } = (() => { // /app/lib/pace.js

                        /** @type {import('./lib/other.js').Pace} */
                        const SLOW = html`${nothing}`;
                        const own = 1;
                        async function pace(each) {
                            await import('./ui/icon.js');
                        }
                        return { SLOW, pace };})();
                        (() => { const SLOW = SLOW$0; const pace = pace$0; // /app/main.js






                        pace(SLOW, () => import('./chat/mm-chat.js'), html);
                        })();
                        export { SLOW$0 as SLOW, pace$0 as pace };
                        """);
    }

    @ParameterizedTest
    @ValueSource(strings = {"index.html", "admin/index.html"})
    void theModulesOfThePageCanBeJoined(String entry) throws IOException {
        List<String> modules = Edition.modules(Files.readString(WEBAPP.resolve(entry)));
        String joined = JoinedModules.of(PLACE, modules, JoinedModulesTest::source);
        assertThat(modules).hasSizeGreaterThan(30).last().isEqualTo("/app/main.js");
        assertThat(joined)
                .contains(modules.stream().map(each -> "// " + each + "\n").toList())
                .doesNotContainPattern("(?m)^import .* from '\\.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    import { b } from './b.js';      | import './a.js';                 | /app/a.js: imports itself by way of
                    import { c } from './c.js';      | export const b = 1;              | /app/a.js: imports /app/c.js, which the page does not preload
                    import { b as c } from './b.js'; | export const b = 1;              | /app/a.js: cannot be joined: import { b as c }
                    import './b.js';                 | export default 1;                | /app/b.js: cannot be joined: export default 1;
                    import './b.js';                 | export * from 'lit';             | /app/b.js: cannot be joined: export * from 'lit';
                    export class Pace {}             | export function Pace() {}        | /app/b.js: exports Pace, as another module does
                    """)
    void whatCannotBeJoinedIsNamed(String a, String b, String complaint) {
        Map<String, String> sources = Map.of("/app/a.js", a, "/app/b.js", b);
        assertThatThrownBy(() -> JoinedModules.of(PLACE, List.of("/app/a.js", "/app/b.js"), sources::get))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(complaint);
    }

    private static String source(String path) {
        try {
            return Files.readString(WEBAPP.resolve(path.substring(1)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
