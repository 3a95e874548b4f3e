package io.mlxmanager.chat.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemplateOptionsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{{ messages[0].content }}{{ bos_token }}{{ range(3) }}|``",
                "{% if enable_thinking is defined and enable_thinking is false %}x{% endif %}|enable_thinking=true",
                "{% if enable_thinking is defined and not enable_thinking %}x{% endif %}|enable_thinking=true",
                "{% if thinking is defined and thinking %}x{% endif %}|thinking=false",
                "{% if thinking %}x{% endif %}|thinking=false",
                "{{ keep_past_thinking or false }}|keep_past_thinking=?",
                "{% if not date is defined %}{% set date = '26 Jul' %}{% endif %}{{ date }}|date=\"26 Jul\"",
                "{% if n is undefined %}{% set n = 5 %}{% endif %}|n=5",
                "{% set effort = reasoning_effort if reasoning_effort is defined else 'medium' %}{{ effort }}|reasoning_effort=\"medium\"",
                "{% set effort = reasoning_effort # default('low') %}|reasoning_effort=\"low\"",
                "{% set a = 1 %}{{ a }}{% for b in messages %}{{ b }}{{ loop.index }}{% endfor %}{{ c }}|c=?",
                "{% macro m(x, y=z) %}{{ x }}{{ caller() }}{{ w }}{% endmacro %}{{ m(1) }}|z=?,w=?",
                "{% with q = r %}{{ q }}{% endwith %}{% set s %}{{ t }}{% endset %}{{ s }}|r=?,t=?",
            })
    void findsWhatATemplateCanBeTold(String template, String options) {
        String found = ChatTemplate.compile(template.replace('#', '|')).options().stream()
                .map(option -> option.name() + "="
                        + option.defaultValue().map(Object::toString).orElse("?"))
                .collect(Collectors.joining(","));

        assertThat(found).isEqualTo(options);
    }

    @Test
    void seesWhetherContentMustComeInParts() {
        String loop = "{% for m in messages %}{% for c in m.content %}{{ c.text }}{% endfor %}{% endfor %}";
        String either = "{% for m in messages %}{% if m['content'] is string %}{{ m.content }}{% else %}"
                + "{% for c in m['content'] %}{{ c.text }}{% endfor %}{% endif %}{% endfor %}";

        assertThat(ChatTemplate.compile(loop).needsContentParts()).isTrue();
        assertThat(ChatTemplate.compile(either).needsContentParts()).isFalse();
        assertThat(ChatTemplate.compile("{{ messages[0].content }}").needsContentParts())
                .isFalse();
    }
}
