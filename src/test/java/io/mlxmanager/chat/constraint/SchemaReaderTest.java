package io.mlxmanager.chat.constraint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaReaderTest {

    private static final Vocabulary VOCABULARY = Vocabularies.small();

    static JsonObject json(String text) {
        return Json.createReader(new StringReader(text.replace('\'', '"'))).readObject();
    }

    private static boolean matches(String schema, String text) {
        return RandomWriter.accepts(CompiledGrammar.of(SchemaReader.read(json(schema)), VOCABULARY), text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'type':'object','properties':{'a':{'type':'integer'}},'required':['a']} | {\"a\": -12}",
                "{'type':'object','properties':{'a':{'type':'integer'}},'required':['a']} | {\"a\":0}",
                "{'type':'object','properties':{'a':{'type':'integer'},'b':{'type':'null'}}} | {\"b\":null}",
                "{'type':'object','properties':{'a':{'type':'integer'},'b':{'type':'null'}}} | {}",
                "{'type':'object','properties':{'a':true},'additionalProperties':{'type':'boolean'}} | {\"a\":1.5e3, \"c\":true}",
                "{'type':'array','items':{'type':'number'},'minItems':1,'maxItems':2} | [1.5, -0.25]",
                "{'type':'array','prefixItems':[{'type':'string'},{'type':'null'}],'items':false} | [\"é\\n\", null]",
                "{'enum':['red','green',3,null,{'a':[1]}]} | {\"a\": [1]}",
                "{'enum':['red','green',3,null]} | \"green\"",
                "{'const':'a\\'b'} | \"a\\\"b\"",
                "{'type':['string','null']} | null",
                "{'type':'string','pattern':'^[a-c]{2,3}$'} | \"abc\"",
                "{'type':'string','pattern':'[0-9]'} | \"a1b\"",
                "{'type':'string','pattern':'^[a-c]+$','maxLength':2} | \"ab\"",
                "{'type':'string','minLength':2,'maxLength':2} | \"日😀\"",
                "{'type':'string'} | \"\\ud83d\\ude00 \\u00e9\"",
                "{'type':'string','format':'date'} | \"2024-02-29\"",
                "{'type':'integer','minimum':-5,'maximum':17} | -5",
                "{'type':'integer','minimum':-5,'maximum':17} | 17",
                "{'type':'number','exclusiveMinimum':0.5,'maximum':10} | 0.51",
                "{'type':'number','multipleOf':0.25} | -3.75",
                "{'type':'integer','multipleOf':7,'minimum':50} | 56",
                "{'anyOf':[{'$ref':'#/$defs/x'},{'type':'null'}],'$defs':{'x':{'type':'array','items':{'$ref':'#'}}}} | [[], null, [null]]",
            })
    void allowsWhatIsValid(String schema, String text) {
        assertThat(matches(schema, text)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'type':'object','properties':{'a':{'type':'integer'}},'required':['a']} | {}",
                "{'type':'object','properties':{'a':{'type':'integer'}},'required':['a']} | {\"a\": 1.5}",
                "{'type':'object','properties':{'a':{'type':'integer'}},'required':['a']} | {\"a\": 01}",
                "{'type':'object','properties':{'a':{'type':'integer'}},'additionalProperties':true} | {\"\\u0061\":\"x\"}",
                "{'type':'object','properties':{'a':{'type':'integer'}},'additionalProperties':true} | {\"b\":1,\"a\":\"x\"}",
                "{'type':'array','items':{'type':'number'},'minItems':1} | []",
                "{'type':'array','items':{'type':'number'},'maxItems':1} | [1,2]",
                "{'type':'string','minLength':2,'maxLength':2} | \"a\"",
                "{'type':'string','minLength':2,'maxLength':2} | \"abc\"",
                "{'type':'string','pattern':'^[a-c]+$','maxLength':2} | \"abc\"",
                "{'type':'string'} | \"\\ud83d\"",
                "{'type':'string'} | \"a\tb\"",
                "{'type':'string','format':'date'} | \"2023-02-29\"",
                "{'type':'integer','minimum':-5,'maximum':17} | -6",
                "{'type':'integer','minimum':-5,'maximum':17} | 18",
                "{'type':'number','exclusiveMinimum':0.5} | 0.50",
                "{'type':'number','multipleOf':0.25} | 0.3",
                "{'type':'integer','multipleOf':7,'minimum':50} | 49",
                "{'enum':['a','b'],'type':'string'} | \"c\"",
            })
    void refusesWhatIsNot(String schema, String text) {
        assertThat(matches(schema, text)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'type':'object','properties':{'a':{'not':{}}}} | properties.a.not",
                "{'type':'object','patternProperties':{}} | patternProperties",
                "{'type':'array','uniqueItems':true} | uniqueItems",
                "{'type':'array','items':{'type':'string','format':'iri'}} | items.format",
                "{'type':'string','pattern':'(?=a)'} | pattern",
                "{'anyOf':[{'type':'null'}],'type':'null'} | type",
                "{'oneOf':[{'type':'integer'},{'type':'number'}]} | oneOf",
                "{'oneOf':[{'type':'object'},{'type':'object'}]} | oneOf",
                "{'oneOf':[{'const':1},{'enum':[2,1.0]}]} | oneOf",
                "{'oneOf':[{'type':'string'},true]} | oneOf",
                "{'oneOf':[{'type':'string'},{'$ref':'#'}]} | oneOf",
                "{'oneOf':[{'type':'object','properties':{'k':{'const':1}}},{'type':'object','properties':{'k':{'const':2}},'required':['k']}]} | oneOf",
                "{'oneOf':[{'type':'string'},{'type':'null'}],'type':'string'} | type",
                "{'$ref':'http://example.com/x'} | $ref",
                "{'$ref':'#/$defs/none'} | $ref",
                "{'type':'text'} | type",
                "{'type':'integer','minimum':'1'} | minimum",
                "{'properties':{'x':{'anyOf':[{'if':true}]}}} | properties.x.anyOf[0].if",
            })
    void namesWhatItDoesNotKeepTo(String schema, String path) {
        assertThatThrownBy(() -> SchemaReader.read(json(schema)))
                .isInstanceOfSatisfying(
                        GrammarException.class, e -> assertThat(e.path()).isEqualTo(path));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'oneOf':[{'type':'null'}]} | null | 1",
                "{'oneOf':[{'type':'integer'},{'type':['string','null']}]} | null | true",
                "{'oneOf':[{'const':1},{'enum':[2,'a']},{'type':'boolean'}]} | true | 3",
                "{'oneOf':[{'$ref':'#/$defs/a'},{'$ref':'#/$defs/b'}],'discriminator':{'propertyName':'k'},'$defs':{"
                        + "'a':{'type':'object','properties':{'k':{'const':'a'},'n':{'type':'integer'}},'required':['k','n']},"
                        + "'b':{'type':'object','properties':{'k':{'enum':['b','c']}},'required':['k']}}}"
                        + " | {\"k\":\"c\"} | {\"k\":\"a\"}",
            })
    void alternativesThatExcludeEachOtherAreAlternatives(String schema, String valid, String invalid) {
        assertThat(matches(schema, valid)).isTrue();
        assertThat(matches(schema, invalid)).isFalse();
    }

    /** Wherever it stands, however deep: what is not kept to is refused by its name and place. */
    @Test
    void whatIsNotKeptToIsFoundAtEveryDepth() {
        List<String> keywords = List.of(
                "'not':{}",
                "'uniqueItems':true,'type':'array'",
                "'oneOf':[{'type':'string'},{'minLength':1}]",
                "'if':{}",
                "'patternProperties':{}",
                "'propertyNames':{}",
                "'minProperties':1,'type':'object'",
                "'dependentRequired':{}",
                "'contains':{},'type':'array'",
                "'unevaluatedProperties':false",
                "'contentEncoding':'base64','type':'string'");
        List<Map.Entry<String, String>> places = List.of(
                Map.entry("{'type':'object','properties':{'x':%s}}", "properties.x"),
                Map.entry("{'type':'object','additionalProperties':%s}", "additionalProperties"),
                Map.entry("{'type':'array','items':%s}", "items"),
                Map.entry("{'type':'array','prefixItems':[true,%s]}", "prefixItems[1]"),
                Map.entry("{'anyOf':[{'type':'null'},%s]}", "anyOf[1]"),
                Map.entry("{'oneOf':[{'type':'null'},{'type':'array','items':%s}]}", "oneOf[1].items"),
                Map.entry("{'allOf':[%s]}", "allOf[0]"));
        SplittableRandom random = new SplittableRandom(11);
        for (int round = 0; round < 1000; round++) {
            String keyword = keywords.get(round % keywords.size());
            String schema = "{" + keyword + "}";
            String path = keyword.substring(1, keyword.indexOf('\'', 1));
            for (int depth = round % 8; depth > 0; depth--) {
                Map.Entry<String, String> place = places.get(random.nextInt(places.size()));
                schema = place.getKey().formatted(schema);
                path = place.getValue() + "." + path;
            }
            JsonObject whole = json(schema);
            String expected = path;
            assertThatThrownBy(() -> SchemaReader.read(whole))
                    .isInstanceOfSatisfying(
                            GrammarException.class,
                            e -> assertThat(e.path()).as(whole.toString()).isEqualTo(expected));
        }
    }

    @Test
    void aSchemaThatNothingSatisfiesIsRefused() {
        Grammar none = SchemaReader.read(json("{'type':'object','properties':{'a':false},'required':['a']}"));
        assertThatThrownBy(() -> CompiledGrammar.of(none, VOCABULARY)).isInstanceOf(GrammarException.class);
    }
}
