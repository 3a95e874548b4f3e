package io.mlxmanager.chat.parse;

import io.mlxmanager.chat.parse.CallForm.Body;
import io.mlxmanager.chat.parse.NamedObjectReader.Frame;
import java.util.regex.Pattern;

/**
 * The bodies of the known formats of tool calls, to be put behind the markers with which models introduce them. Names of
 * functions may hold dots, colons and hyphens in all of them.
 */
public final class CallForms {

    private static final String NAME = "(?<name>[\\w.:-]+?)";

    private CallForms() {}

    /**
     * {@code {"name": "f", "arguments": {…}}}, one or several, in a list or not.
     *
     * @param close the marker that may end them; empty if there is none
     */
    public static Body json(String close) {
        return (tools, sink) -> new JsonCallsReader(new JsonCallStyle(false, false, tools), close, sink);
    }

    /** As {@link #json} where no marker tells calls from an answer in JSON: only calls of offered tools count. */
    public static Body bareJson() {
        return (tools, sink) -> new JsonCallsReader(new JsonCallStyle(false, true, tools), "", sink);
    }

    /** {@code [{"f": {…}}]}. */
    public static Body jsonByName(String close) {
        return (tools, sink) -> new JsonCallsReader(new JsonCallStyle(true, false, tools), close, sink);
    }

    /**
     * The name, a text, and an object: {@code f[ARGS]{…}}.
     *
     * @param between pattern of what stands between name and object
     * @param close pattern of what ends the call; empty if nothing does
     */
    public static Body named(String between, String close) {
        return named("", between, close);
    }

    /** As {@link #named(String, String)} with a pattern of what stands before the name. */
    public static Body named(String before, String between, String close) {
        String head = "\\s*" + before + NAME + "\\s*" + between + "\\s*";
        Frame frame = Frame.of(head, close.isEmpty() ? "" : "\\s*" + close);
        return (tools, sink) -> new NamedObjectReader(frame, sink);
    }

    /**
     * {@code <function=f><parameter=a>…</parameter></function>}. The line breaks next to the tags are form.
     *
     * @param afterOpening whether the opening marker is {@code <function=} itself
     * @param close the marker that ends a block of such calls
     */
    public static Body functionTags(boolean afterOpening, String close) {
        TagForm form = new TagForm.Builder((afterOpening ? "(?:<function=)?" : "<function=") + NAME + "\\s*>")
                .argument("\\s*<parameter=(?<key>[^>]+)>", "</parameter>")
                .callEnd("\\s*</function>")
                .build("\\s*" + Pattern.quote(close), true);
        return tags(form);
    }

    /** {@code <invoke name="f"><parameter name="a">…</parameter></invoke>}; {@code mark} stands after every {@code <}. */
    public static Body invokeTags(String mark, String close) {
        TagForm form = new TagForm.Builder("<" + mark + "invoke name=\"" + NAME + "\"\\s*>")
                .argument(
                        "\\s*<" + mark + "parameter name=\"(?<key>[^\">]+)\"\\s+string=\"(?<text>true|false)\"\\s*>",
                        "</" + mark + "parameter>")
                .argument("\\s*<" + mark + "parameter name=\"(?<key>[^\">]+)\"\\s*>", "</" + mark + "parameter>")
                .callEnd("\\s*</" + mark + "invoke>")
                .build("\\s*" + Pattern.quote(close), true);
        return tags(form);
    }

    /**
     * GLM: {@code f<arg_key>a</arg_key><arg_value>…</arg_value>}, as older ones write it {@code f<a>…</a>}, and damaged
     * {@code f<a="…"</a>}.
     */
    public static Body argumentTags(String close) {
        TagForm form = new TagForm.Builder(NAME)
                .argument("\\s*<arg_key>\\s*(?<key>[^<>]+?)\\s*</arg_key>\\s*<arg_value>", "</arg_value>")
                .argument("\\s*<(?<key>[\\w.-]+)=\"", "\"</$>")
                .argument("\\s*<(?!arg_key>|arg_value>)(?<key>[\\w.-]+)>", "</$>")
                .callEnd("\\s*" + Pattern.quote(close))
                .build("", false);
        return tags(form);
    }

    private static Body tags(TagForm form) {
        return (tools, sink) -> new TagReader(form, new ArgumentTypes(tools), sink);
    }

    /** {@code [f(a="x"), g(b=1)]} as Python writes it. */
    public static Body python(String open, String close) {
        return (tools, sink) -> new BlockReader(open, close, PythonCalls::read, sink);
    }

    /** {@code call:f{a:…}} with a token around strings. */
    public static Body gemma(String open, String close, String quote) {
        CallBlock block = GemmaCalls.quotedBy(quote);
        return (tools, sink) -> new BlockReader(open, close, block, sink);
    }
}
