package io.mlxmanager.chat.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What templates from anywhere must not be able to do. */
class TemplateLimitsTest {

    private static final JsonObject NOTHING = JsonValue.EMPTY_JSON_OBJECT;

    static Stream<String> expensive() {
        return Stream.of(
                "{{ 'x' * 10**9 }}",
                "{{ 10**9 * 'x' }}",
                "{{ [1] * 10**9 }}",
                "{{ range(10**12) }}",
                "{{ range(10**18, 0 - 10**18, -1) }}",
                "{{ 10 ** (10 ** 10) }}",
                "{{ (-2) ** (10 ** 9) }}",
                "{{ 7 ** 99999 }}",
                "{{ 'x'.ljust(10**9) }}",
                "{{ 'x'.center(10**9) }}",
                "{{ 'x'.zfill(10**9) }}",
                "{{ 'a\tb'.expandtabs(10**9) }}",
                "{{ 'x'|center(10**9) }}",
                "{{ 'x\ny'|indent(10**9) }}",
                "{{ [1]|tojson(indent=10**9) }}",
                "{{ '%1000000000d' % 1 }}",
                "{{ '%*d' % (10**9, 1) }}",
                "{{ '{:1000000000}'.format(1) }}",
                "{{ '{:>999999}'.format(1) * 999 }}",
                "{{ '%.999999f' % 1.5 ~ ('%.999999f' % 1.5) * 99 }}",
                "{{ [1]|batch(10**9, 'x')|list }}",
                "{{ [1]|slice(10**9)|list }}",
                "{{ ('a' * 10**6).replace('a', 'b' * 10**6) }}",
                "{{ ('a' * 10**6).join('b' * 1000) }}",
                "{% set s = 'a' * 8000000 %}{% set t = 'a' * 4000000 ~ 'b' %}{{ s.find(t) }}",
                "{% set s = 'a' * 8000000 %}{% set t = 'a' * 4000000 ~ 'b' %}{{ s.split(t) }}",
                "{% set s = 'a' * 8000000 %}{% set t = 'a' * 4000000 ~ 'b' %}{{ t in s }}",
                "{{ ['a' * 10**6]|map('replace', 'a', 'aaaaaaaaaaaaaaaaaaaaaaa')|join }}",
                "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
                "{% for a in range(100000) %}{{ 'x' * 10000 }}{% endfor %}",
                "{% set ns = namespace(s='xxxxxxxx') %}{% for a in range(99) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
                "{% set ns = namespace(l=[1]) %}{% for a in range(99) %}{% set ns.l = ns.l + ns.l %}{% endfor %}",
                "{% set ns = namespace(l=[]) %}{% for a in range(99999) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l }}",
                "{% set ns = namespace(l=[]) %}{% for a in range(40) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l }}",
                "{% set ns = namespace(l=[], m=[]) %}{% for a in range(40) %}{% set ns.l = [ns.l, ns.l] %}"
                        + "{% set ns.m = [ns.m, ns.m] %}{% endfor %}{{ ns.l == ns.m }}",
                "{% set ns = namespace(i=7) %}{% for a in range(99) %}{% set ns.i = ns.i * ns.i %}{% endfor %}",
                "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
                "{% macro a() %}{% for i in [1] %}{{ b() }}{% endfor %}{% endmacro %}{% macro b() %}{{ [1]|map('string')|join ~ a() }}{% endmacro %}{{ a() }}",
                "{% for x in [[1]] recursive %}{{ loop([[1]]) }}{% endfor %}",
                "{% macro m(x) %}{{ x }}{{ m(x ~ x) }}{% endmacro %}{{ m('xxxxxxxx') }}",
                "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(60) }}",
                "{% macro m() %}{% call m() %}{{ caller() }}{% endcall %}{% endmacro %}{{ m() }}",
                "{% macro w() %}{{ caller() }}{% endmacro %}{% macro m() %}{% call w() %}{{ m() }}{% endcall %}{% endmacro %}{{ m() }}",
                "{% set ns = namespace() %}{% macro a() %}{{ ns.b() }}{% endmacro %}{% set ns.b = a %}{{ a() }}",
                nested(12, "{% for x in range(64) %}", "x", "{% endfor %}"),
                nested(400, "{% for x in [1, 2] %}", "x", "{% endfor %}"),
                "{{ ('%' ~ '9' * 50 ~ 'd') % 1 }}",
                "{{ '{:99999999999999999999}'.format(1) }}",
                "{{ '{:.999999999}'.format(1.5) }}",
                "{{ '{0:{1}}'.format('x', 10**9) }}",
                "{{ '%(a)1000000000s' % {'a': 1} }}",
                "{{ '%s' * 1000000 % 1 }}",
                "{{ ('{}' * 1000000).format(1) }}",
                "{{ 'x'|format(*range(10**9)) }}",
                "{{ range(10**9)|list }}",
                "{{ range(10**9)|sum }}",
                "{{ range(10**9)|sort }}",
                "{{ range(10**9)|tojson }}",
                "{{ range(10**9)|unique|list }}",
                "{{ range(10**9)|map('string')|join }}",
                "{{ range(10**9)|select('gt', 10**10)|first }}",
                "{{ range(10**9)|groupby('x') }}",
                "{{ range(10**9)|max }}",
                "{{ range(10**9)|batch(2)|list }}",
                "{{ [range(10**9)]|sum(start=[]) }}",
                "{{ ('ab' * 4000000)|replace('a', 'b' * 1000) }}",
                "{{ ('ab' * 4000000)|replace('', 'b' * 1000) }}",
                "{{ ('x\n' * 4000000)|indent(100) }}",
                "{{ ('x' * 4000000)|list|join('y' * 1000) }}",
                "{{ ('x' * 4000000)|center(10**18) }}",
                "{{ 'x'|indent(10**18) }}",
                "{{ ('<' * 8000000)|escape|escape|escape }}",
                "{{ ('ü' * 8000000)|urlencode|urlencode }}",
                "{{ ('a' * 8000000).translate({97: 'b' * 1000}) }}",
                "{{ '%c' % 10**9 }}",
                "{{ 2 ** 1000000 }}",
                "{{ strftime_now('%A' * 4000000) }}",
                "{{ " + "(".repeat(5000) + "1" + ")".repeat(5000) + " }}",
                "{{ " + "[".repeat(5000) + "]".repeat(5000) + " }}",
                "{{ " + "not ".repeat(5000) + "1 }}",
                "{{ " + "-".repeat(5000) + "1 }}",
                "{{ 1" + " + 1".repeat(50000) + " }}",
                "{{ x" + ".a".repeat(50000) + " }}",
                "{{ x" + "|string".repeat(50000) + " }}",
                "{{ 1" + " if 1 else 1".repeat(50000) + " }}",
                "{% if 1 %}".repeat(5000) + "{% endif %}".repeat(5000),
                "{{ " + "9".repeat(100000) + " }}",
                "x".repeat((1 << 20) + 1));
    }

    private static String nested(int depth, String open, String inside, String close) {
        return open.repeat(depth) + inside + close.repeat(depth);
    }

    /** What is allowed, or refused for another reason than its cost, and might never end. */
    static Stream<String> endless() {
        return Stream.of(
                "{% set ns = namespace() %}{% set ns.self = ns %}{{ ns }}",
                "{% set ns = namespace() %}{% set ns.self = ns %}{{ ns|tojson }}",
                "{% set ns = namespace() %}{% set ns.self = ns %}{{ ns.self.self.self == ns }}{{ [ns, ns]|unique|list }}",
                "{% set ns = namespace() %}{% set ns.l = [ns] %}{% set ns.l = [ns.l, ns] %}{{ ns.l }}{{ ns.l == [ns.l] }}",
                "{% set ns = namespace() %}{% set ns.l = [ns] %}{{ {'a': ns.l}|tojson }}{{ ns.l|sort }}",
                "{{ 10**12 in range(10**13) }}{{ range(10**12)|last }}{{ range(10**12)|length }}{{ range(10**12)|random }}",
                "{{ (10**12 + 0.5) in range(10**13) }}",
                "{{ 'x' in range(10**13) }}",
                "{{ range(10**9)|string }}{{ range(10**9) == range(10**9) }}{{ range(10**12)|reverse|first }}",
                "{{ ('<a' * 4000000)|striptags|length }}",
                "{{ ('<!--' * 2000000)|striptags|length }}",
                "{{ ('a ' * 4000000).split()|length }}",
                "{{ ('a ' * 1000000).split()|length }}{{ ('a ' * 1000000).rsplit()|length }}",
                "{% set s = 'a ' * 8000000 %}{% for i in range(100000) %}{{ s|wordcount }}{% endfor %}",
                "{% set ns = namespace(s='<' * 1000000) %}{% for i in range(40) %}{% set ns.s = ns.s|forceescape|string %}{% endfor %}",
                "{{ ('a' * 8000000).count('aa') }}{{ ('a' * 8000000).rfind('b') }}",
                "{{ ('a ' * 1000000)|title|capitalize|length }}",
                "{{ (' ' * 8000000 ~ 'x' ~ ' ' * 7000000)|trim }}",
                "{{ ('a,' * 1000000).split(',')|length }}{{ ('a\n' * 1000000).splitlines()|length }}",
                "{{ '%s,' * 100000 % ((1,) * 100000) }}",
                "{{ (('9' * 4000)|int ** 2)|string|length }}{{ 1e308 * 10 }}",
                "{{ ('9' * 1000000)|float }}{{ ('9' * 1000000)|int }}",
                "{{ [3, 1, 2]|sort(attribute='" + "a.".repeat(10000) + "a') }}",
                "{{ [{}]|map(attribute='" + "a.".repeat(10000) + "a')|list }}",
                "{% for i in range(0) recursive %}{{ loop(loop) }}{% endfor %}{% set c = cycler(*range(100000)) %}{{ c.next() }}",
                "{% for i in range(3) %}{{ loop.changed(loop) }}{{ loop }}{% endfor %}",
                "{% macro m() %}{% endmacro %}{{ m }}{{ m == m }}{{ [m]|sort }}{{ {m: 1} }}",
                "{%" + " ".repeat(500000) + "if" + "\n".repeat(400000) + "%}",
                "{{ '" + "\\".repeat(400000) + "' }}",
                "{#".repeat(300000),
                "{% raw %}".repeat(100000),
                "{{ a" + "[".repeat(400) + "1" + "]".repeat(400) + " }}",
                "{{".repeat(300000));
    }

    @ParameterizedTest
    @MethodSource("endless")
    void comesToAnEndOneWayOrTheOther(String source) {
        long start = System.nanoTime();

        try {
            assertThat(ChatTemplate.compile(source).render(NOTHING, Clock.systemUTC()))
                    .hasSizeLessThan(1 << 24);
        } catch (TemplateException refused) {
            assertThat(refused).hasMessageStartingWith("chat template");
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
    }

    @ParameterizedTest
    @MethodSource("expensive")
    void stopsWhatCostsTooMuch(String source) {
        long start = System.nanoTime();

        assertThatThrownBy(() -> ChatTemplate.compile(source).render(NOTHING, Clock.systemUTC()))
                .isInstanceOf(TemplateException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ ''.__class__.__mro__[1].__subclasses__() }}",
                "{{ [].__class__.__base__ }}",
                "{{ range.__globals__.x }}",
                "{{ namespace().__class__() }}",
                "{{ raise_exception.getClass() }}",
                "{{ ''.getClass() }}",
                "{{ ''.class.name.x }}",
                "{{ messages.getClass() }}",
                "{{ '{0.__class__.__mro__}'.format(1) }}",
                "{{ '{a.b.c}'.format_map({'a': 1}) }}",
                "{{ loop.cycle.__func__() }}",
                "{% for x in [1] %}{{ loop.items() }}{% endfor %}",
                "{{ [1].append(2) }}",
                "{{ [1]['append'](2) }}",
                "{{ ([1]|attr('append'))(2) }}",
                "{{ {'a': 1}.update({'b': 2}) }}",
                "{{ {'a': 1}.pop('a') }}",
                "{% include '/etc/passwd' %}",
                "{% import 'os' as os %}",
                "{% extends 'x' %}",
                "{{ self.x }}",
                "{{ config.x }}",
                "{{ lipsum.__globals__['os'].popen('id') }}",
                "{{ lipsum(n=10) }}",
                "{{ cycler.__init__.__globals__.os }}",
                "{{ joiner.__init__.__globals__.os }}",
                "{{ cycler('a').__init__.x }}",
                "{{ namespace.__init__.__globals__ }}",
                "{{ dict.__bases__[0].x }}",
                "{{ dict.mro().x }}",
                "{{ ''['__class__'].x }}",
                "{{ (''|attr('__class__')).x }}",
                "{{ (messages|attr('class')).name.x }}",
                "{{ messages['class'].name.x }}",
                "{{ messages.stream().x }}",
                "{{ messages.getClass().forName('java.lang.Runtime') }}",
                "{{ [{}]|map(attribute='__class__.x')|list|first|length ~ [].x.y }}",
                "{{ ['x']|map('getClass')|list }}",
                "{{ 'x'.getBytes() }}",
                "{{ 'x'.chars() }}",
                "{{ 1.intValue() }}",
                "{{ (1).real.__class__.x }}",
                "{{ range(3).__class__.x }}",
                "{{ raise_exception.invoke() }}",
                "{{ strftime_now.__code__.co_consts }}",
                "{{ strftime_now.__self__.x }}",
                "{% macro m() %}{% endmacro %}{{ m.__func__.x }}",
                "{% macro m() %}{% endmacro %}{{ m.body.x }}",
                "{% for x in [1] %}{{ loop.__class__.x }}{% endfor %}",
                "{% from 'os' import path %}",
                "{{ open('/etc/passwd') }}",
                "{{ eval('1') }}",
                "{{ exec('1') }}",
                "{{ __import__('os') }}",
                "{{ globals().x }}",
                "{{ get_flashed_messages.__globals__ }}",
                "{{ request.application.x }}",
                "{% block x %}{{ super() }}{% endblock %}",
                "{% do [].append(1) %}",
                "{{ 'x'|pprint }}",
                "{{ 'x'|xmlattr }}",
                "{{ '%(__class__)s' % 1 }}",
                "{{ '{0.__init__.x}'.format(namespace) }}",
                "{{ '{0[__class__].x}'.format('') }}",
                "{{ ''.format.__self__.x }}",
            })
    void givesNoWayOutOfTheSandbox(String source) {
        JsonObject variables = Json.createObjectBuilder()
                .add("messages", Json.createArrayBuilder())
                .build();

        assertThatThrownBy(() -> ChatTemplate.compile(source).render(variables, Clock.systemUTC()))
                .isInstanceOf(TemplateException.class);
    }

    @Test
    void rendersLongConversations() {
        var messages = Json.createArrayBuilder();
        for (int i = 0; i < 2000; i++) {
            messages.add(Json.createObjectBuilder()
                    .add("role", i % 2 == 0 ? "user" : "assistant")
                    .add("content", "word ".repeat(400)));
        }
        JsonObject variables =
                Json.createObjectBuilder().add("messages", messages).build();
        ChatTemplate template =
                ChatTemplate.compile("{% for m in messages %}{% if loop.last or messages[loop.index0 + 1].role"
                        + " != m.role %}{{ '<|' ~ m.role ~ '|>' + m.content | trim + '\n' }}{% endif %}{% endfor %}");

        assertThat(template.render(variables, Clock.systemUTC())).hasSizeGreaterThan(2000 * 2000);
    }

    @Test
    void namesTheLineOfAFailure() {
        assertThatThrownBy(() -> ChatTemplate.compile("a\nb\n{% if %}{% endif %}"))
                .isInstanceOfSatisfying(
                        TemplateException.class,
                        failure -> assertThat(failure.line()).isEqualTo(3));
        ChatTemplate template = ChatTemplate.compile("a\n{% if true %}\n\n{{ none + 1 }}{% endif %}");
        assertThatThrownBy(() -> template.render(NOTHING, Clock.systemUTC()))
                .isInstanceOfSatisfying(TemplateException.class, failure -> {
                    assertThat(failure.line()).isEqualTo(4);
                    assertThat(failure.isRefusal()).isFalse();
                })
                .hasMessageContaining("unsupported operand");
    }

    @Test
    void tellsARefusalFromAFailure() {
        ChatTemplate template = ChatTemplate.compile("\n{{ raise_exception('Roles must alternate') }}");

        assertThatThrownBy(() -> template.render(NOTHING, Clock.systemUTC()))
                .isInstanceOfSatisfying(TemplateException.class, failure -> {
                    assertThat(failure.isRefusal()).isTrue();
                    assertThat(failure.line()).isEqualTo(2);
                })
                .hasMessageContaining("Roles must alternate");
    }

    @Test
    void rendersInManyThreadsAtOnce() throws Exception {
        ChatTemplate template = ChatTemplate.compile(
                "{% set ns = namespace(n=0) %}{% for i in range(k) %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }}");
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Callable<String>> tasks = IntStream.range(0, 200)
                    .mapToObj(k -> (Callable<String>) () -> template.render(
                            Json.createObjectBuilder().add("k", k).build(), Clock.systemUTC()))
                    .toList();
            int k = 0;
            for (Future<String> result : threads.invokeAll(tasks)) {
                assertThat(result.get()).isEqualTo(Integer.toString(k * (k - 1) / 2));
                k++;
            }
        } finally {
            threads.shutdown();
        }
    }
}
