package io.mlxmanager.chat.template;

/** Backslash escapes inside the quoted strings of a template. */
final class StringEscapes {

    private StringEscapes() {}

    static String decode(String text, int line) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder();
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c != '\\') {
                out.append(c);
                i++;
                continue;
            }
            if (i + 1 == text.length()) {
                throw new TemplateException("\\ at end of string", line);
            }
            i = escape(text, i + 1, out, line);
        }
        return out.toString();
    }

    /** Decodes the escape whose letter is at {@code at} and returns where it ends. */
    private static int escape(String text, int at, StringBuilder out, int line) {
        char c = text.charAt(at);
        switch (c) {
            case 'n' -> out.append('\n');
            case 't' -> out.append('\t');
            case 'r' -> out.append('\r');
            case 'b' -> out.append('\b');
            case 'f' -> out.append('\f');
            case 'a' -> out.append('\u0007');
            case 'v' -> out.append('\u000b');
            case '\\', '\'', '"' -> out.append(c);
            case '\n' -> {}
            case 'x' -> {
                return hex(text, at + 1, 2, out, line);
            }
            case 'u' -> {
                return hex(text, at + 1, 4, out, line);
            }
            case 'U' -> {
                return hex(text, at + 1, 8, out, line);
            }
            case 'N' -> {
                return named(text, at + 1, out, line);
            }
            default -> {
                if (c >= '0' && c <= '7') {
                    return octal(text, at, out);
                }
                out.append('\\').append(c);
            }
        }
        return at + 1;
    }

    private static int hex(String text, int from, int digits, StringBuilder out, int line) {
        int end = from + digits;
        try {
            int code = Integer.parseUnsignedInt(text.substring(from, end), 16);
            out.appendCodePoint(code);
            return end;
        } catch (IllegalArgumentException | IndexOutOfBoundsException broken) {
            throw new TemplateException("truncated or illegal escape in string", line, broken);
        }
    }

    private static int named(String text, int from, StringBuilder out, int line) {
        int end = text.indexOf('}', from);
        try {
            if (end < 0 || text.charAt(from) != '{') {
                throw new IllegalArgumentException("no name");
            }
            out.appendCodePoint(Character.codePointOf(text.substring(from + 1, end)));
            return end + 1;
        } catch (IllegalArgumentException unknown) {
            throw new TemplateException("unknown Unicode character name in string", line, unknown);
        }
    }

    private static int octal(String text, int from, StringBuilder out) {
        int end = from;
        int code = 0;
        while (end < text.length() && end < from + 3 && text.charAt(end) >= '0' && text.charAt(end) <= '7') {
            code = code * 8 + text.charAt(end) - '0';
            end++;
        }
        out.append((char) code);
        return end;
    }
}
