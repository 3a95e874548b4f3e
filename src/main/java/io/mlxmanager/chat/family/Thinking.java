package io.mlxmanager.chat.family;

import io.mlxmanager.chat.constraint.CodePoints;
import io.mlxmanager.chat.constraint.Form;
import io.mlxmanager.chat.constraint.Form.Repeat;
import io.mlxmanager.chat.parse.ThinkTag;
import java.util.ArrayList;
import java.util.List;

/** Thinking before an answer that is kept to a form: whatever the model likes, but it comes to an end. */
final class Thinking {

    /** Models are used to an empty line behind their thinking, which is not part of the answer. */
    private static final Form BREAKS = new Repeat(Form.chars(CodePoints.of('\n')), 0, 2);

    private final List<ThinkTag> tags;

    Thinking(List<ThinkTag> tags) {
        this.tags = tags;
    }

    /** The form of an answer with thinking before it, where the prompt leaves thinking open or to the model. */
    Form before(Form answer, String prompt) {
        String end = prompt.stripTrailing();
        for (ThinkTag tag : tags) {
            if (tag.isLeftOpenBy(prompt)) {
                return Form.sequence(new Form.UpTo(tag.close(), true), BREAKS, answer);
            }
            if (end.endsWith(tag.close())) {
                return answer;
            }
        }
        List<Form> options = new ArrayList<>();
        options.add(answer);
        for (ThinkTag tag : tags) {
            options.add(Form.sequence(new Form.Marker(tag.open()), new Form.UpTo(tag.close(), true), BREAKS, answer));
        }
        return new Form.Choice(options);
    }

    /**
     * As {@link #before}, for gpt-oss: thinking is a message of its own, and so is the answer.
     *
     * @param answer with the header of its message
     */
    static Form analysisBefore(Form answer) {
        Form analysis = Form.sequence(
                new Form.Marker("<|channel|>"),
                Form.text("analysis"),
                new Form.Marker("<|message|>"),
                new Form.UpTo("<|end|>", false),
                new Form.Marker("<|start|>"),
                Form.text("assistant"));
        return Form.sequence(Form.optional(analysis), answer);
    }

    /** An answer of gpt-oss with its header. */
    static Form finalMessage(Form answer) {
        return Form.sequence(
                new Form.Marker("<|channel|>"), Form.text("final"), new Form.Marker("<|message|>"), answer);
    }
}
