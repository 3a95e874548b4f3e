package io.mlxmanager.chat.parse;

import io.mlxmanager.chat.StreamEvent;
import java.util.List;

/**
 * Turns the text of one answer, cut anywhere, into events. The events of all calls added up do not depend on the cuts. Used
 * for one answer by one thread at a time; never emits {@link StreamEvent.Finished}, which is for whoever knows the usage.
 */
public interface StreamParser {

    /** Takes more text and returns the events that are certain now, possibly none. */
    List<StreamEvent> accept(String text);

    /** Returns whatever was held back. Nothing may be called afterwards. */
    List<StreamEvent> finish();
}
