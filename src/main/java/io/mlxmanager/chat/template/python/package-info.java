/**
 * The values of a template and what can be done with them, as Python defines it: texts, numbers, lists, dictionaries, their
 * operators, methods and printed forms. None, undefined values and safe text have classes of their own; text is
 * {@link java.lang.String}, an integer is {@link java.lang.Long} or {@link java.math.BigInteger}, a float is
 * {@link java.lang.Double}, a list is an unmodified {@link java.util.List}. Nothing here knows templates, and no value leads
 * to an object outside this world.
 */
package io.mlxmanager.chat.template.python;
