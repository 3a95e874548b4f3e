package io.mlxmanager.chat.parse;

/** Hears of tool calls as soon as they are certain. */
interface CallSink {

    /** A call begins. */
    void call(String name);

    /** More of the JSON text of the arguments of the call that began last. */
    void arguments(CharSequence fragment);

    /** A call has ended with the last character. */
    void ended();

    /** What the arguments lack to be complete, because the model left it out. */
    void missing(CharSequence fragment);
}
