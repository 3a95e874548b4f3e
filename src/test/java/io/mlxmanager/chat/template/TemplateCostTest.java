package io.mlxmanager.chat.template;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import jakarta.json.JsonValue;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a template may cost before it is stopped, in time and in memory, whichever way it goes about it. Some of these end well
 * within the limits; none may go beyond them.
 */
class TemplateCostTest {

    private static final Duration LONGEST = Duration.ofSeconds(20);
    private static final long MOST_BYTES = 3L << 30;

    static Stream<String> attacks() {
        String loop = "{% for i in range(99999) %}";
        String end = "{% endfor %}";
        return Stream.of(
                "{% set s = 'a,' * 4000000 %}" + loop + "{% set t = s.split(',') %}" + end,
                "{% set s = 'a,' * 4000000 %}{{ s.split(',')|join(',')|length }}",
                "{% set s = 'ab' * 4000000 %}" + loop + "{% set t = s.replace('a', 'b') %}" + end,
                "{% set s = 'x' * 9999 %}{{ s.replace('', s) }}",
                "{% set l = range(99999)|list %}" + loop + "{% if 'z' in l %}{% endif %}" + end,
                "{% set s = 'a' * 8000000 %}" + loop + "{% if 'b' in s %}{% endif %}" + end,
                "{% set s = 'a' * 8000000 %}{% set t = 'a' * 8000000 %}" + loop + "{% if s == t %}{% endif %}" + end,
                "{% set s = 'a' * 8000000 %}{% set t = 'a' * 4000000 ~ 'b' %}{{ s.find(t) }}{{ s.count(t) }}",
                "{% set s = 'a' * 8000000 %}{% set t = 'a' * 4000000 ~ 'b' %}{{ t in s }}{{ s.split(t) }}{{ s.replace(t, '') }}",
                "{% set s = 'a' * 8000000 %}{% set t = 'b' * 4000000 ~ 'a' %}{{ s.strip(t) }}{{ s.rpartition(t) }}",
                "{% set l = range(999999)|list %}" + loop + "{% set m = l|reverse|list %}" + end,
                "{% set l = range(999999)|list %}" + loop + "{% set m = l[::-1] %}" + end,
                "{% set l = range(999999)|list %}" + loop + "{% set m = l|sort %}" + end,
                "{% set l = range(999999)|list %}" + loop + "{% set m = l|sum %}" + end,
                "{% set l = range(99999)|list %}" + loop + "{% set m = l|unique|list %}" + end,
                "{% set l = range(99999)|list %}" + loop + "{% set m = l|map('string')|list %}" + end,
                "{% set l = range(99999)|list %}" + loop + "{% set m = l|select('odd')|list|length %}" + end,
                "{% set l = range(99999)|list %}" + loop + "{% set m = l|max %}{% set m = l|min %}" + end,
                "{% set l = range(99999)|list %}" + loop + "{% if l == l + [] %}{% endif %}" + end,
                "{% set l = range(99999)|list %}" + loop + "{% set m = l|tojson %}" + end,
                "{% set l = range(99999)|list %}" + loop + "{% set m = l|string %}" + end,
                "{% set l = range(99999)|list %}" + loop + "{% set m = l|join(',') %}" + end,
                "{% set l = range(99999)|list %}" + loop + "{% set m = l + l %}" + end,
                "{% set l = range(99999)|list %}" + loop + "{% set m = l|batch(2)|list %}" + end,
                "{% set l = range(99999)|list %}" + loop + "{% set m = l|slice(3)|list %}" + end,
                "{% set s = 'a\nb' * 2000000 %}" + loop + "{% set t = s.splitlines() %}" + end,
                "{% set s = 'a\nb' * 999999 %}{{ s|indent(9) }}",
                "{% set s = 'ab ' * 2000000 %}" + loop + "{% set t = s|title %}{% set t = s|upper %}{% set t = s|trim %}" + end,
                "{% set s = '<&>' * 2000000 %}" + loop + "{% set t = s|escape %}" + end,
                "{% set s = ' ' * 8000000 %}" + loop + "{% set t = s.strip() %}{% set t = s|trim %}" + end,
                "{% set s = 'x' * 8000000 %}" + loop + "{% set t = s|length %}{% set t = s.startswith(s) %}" + end,
                "{% set s = 'x' * 8000000 %}" + loop + "{% set t = s[1:] %}" + end,
                "{% set s = 'x' * 8000000 %}" + loop + "{% set t = s ~ i %}" + end,
                "{% set s = 'x' * 8000000 %}" + loop + "{% set t = '%s' % s %}{% set t = '{}'.format(s) %}" + end,
                "{% set s = 'x' * 999999 %}{{ (s ~ '{}' * 9).format(s, s, s, s, s, s, s, s, s) }}",
                "{% set s = '{0}' * 99999 %}{{ s.format('x' * 9999) }}",
                "{% set s = '%(a)s' * 99999 %}{{ s % {'a': 'x' * 9999} }}",
                "{{ ('9' * 999999)|int }}",
                "{{ ('9' * 4000)|int ** 999 }}",
                "{% set ns = namespace(n=7) %}" + loop + "{% set ns.n = ns.n * 10 ** 300 %}" + end,
                "{% set ns = namespace(n=10 ** 3000) %}" + loop + "{% set m = ns.n * ns.n // 3 % 7 %}" + end,
                "{% set ns = namespace(s='') %}" + loop + "{% set ns.s = ns.s ~ 'xxxxxxxx' %}" + end,
                "{% set ns = namespace(l=[]) %}" + loop + "{% set ns.l = ns.l + [i] %}" + end,
                "{% set ns = namespace(d={}) %}" + loop + "{% set ns.d = dict(ns.d, **{'k' ~ i: i}) %}" + end,
                "{% set ns = namespace() %}{% for i in range(99) %}{% set ns.a = ['x' * 9999999, ns.a] %}" + end,
                "{% macro m(a) %}" + loop + "{{ a }}" + end + "{% endmacro %}{{ m('x' * 99999) }}",
                "{% macro m(n) %}{% if n > 0 %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(60) }}",
                "{% macro m(n) %}{% if n > 0 %}{{ m(n - 1) ~ m(n - 1) }}x{% endif %}{% endmacro %}{{ m(60) }}",
                "{% macro m() %}{{ caller() }}{{ caller() }}{% endmacro %}"
                        + "{% call m() %}".repeat(40) + "x" + "{% endcall %}".repeat(40),
                "{% for a in range(9999) %}{% for b in range(9999) %}{% for c in range(9999) %}{% endfor %}{% endfor %}{% endfor %}",
                "{% for a in 'x' * 9999999 %}{% for b in 'x' * 9999999 %}{% endfor %}{% endfor %}",
                loop + "{% set f %}{% for b in range(999) %}xxxxxxxxxxxxxxxx{% endfor %}{% endset %}" + end,
                loop + "{% filter upper %}" + "x".repeat(9999) + "{% endfilter %}" + end,
                loop + "{{ strftime_now('%A' * 9999) }}" + end,
                "{{ strftime_now('%c' * 9999999) }}",
                loop + "{% set x = {'a': [1, 2, {'b': range(99)|list}]}|tojson(indent=90) %}" + end,
                "{% set l = ['b' * 999999] * 999 %}{{ l|sort|join|length }}",
                "{% set l = ['b' * 99999 ~ 'a'] * 99 + ['b' * 99999 ~ 'c'] * 99 %}" + loop + "{% set m = l|sort %}" + end,
                "{% set l = ['b' * 99999] * 999 %}" + loop + "{% set m = l|unique|list %}" + end,
                "{% set l = [{'k': 'x' * 99999}] * 9999 %}{% for g in l|groupby('k') %}{% endfor %}",
                "{% set d = dict(a=1) %}" + loop + "{% for k, v in d.items() %}{% set d = {'a': d} %}" + end + end);
    }

    @ParameterizedTest
    @MethodSource("attacks")
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void costsNoMoreThanIsAllowed(String source) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long bytes = threads.getCurrentThreadAllocatedBytes();
        long start = System.nanoTime();
        try {
            String text = ChatTemplate.compile(source).render(JsonValue.EMPTY_JSON_OBJECT, Clock.systemUTC());
            assertThat(text).hasSizeLessThanOrEqualTo(1 << 24);
        } catch (TemplateException stopped) {
            assertThat(stopped.getMessage()).isNotEmpty();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LONGEST);
        assertThat(threads.getCurrentThreadAllocatedBytes() - bytes).isLessThan(MOST_BYTES);
    }
}
