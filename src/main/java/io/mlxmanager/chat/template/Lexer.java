package io.mlxmanager.chat.template;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a template into tokens, with white space around tags handled as {@code trim_blocks} and {@code lstrip_blocks} say.
 * Used once.
 */
final class Lexer {

    private static final Pattern RAW_BEGIN = Pattern.compile("\\{%([-+]?)\\s*raw\\s*(?:-%\\}\\s*|%\\})", flags());
    private static final Pattern RAW_END =
            Pattern.compile("\\{%([-+]?)\\s*endraw\\s*(?:\\+%\\}|-%\\}\\s*|%\\}\\n?)", flags());
    private static final Pattern COMMENT_END = Pattern.compile("\\+#\\}|-#\\}\\s*|#\\}\\n?", flags());
    private static final Pattern BLOCK_END = Pattern.compile("\\+%\\}|-%\\}\\s*|%\\}\\n?", flags());
    private static final Pattern VARIABLE_END = Pattern.compile("-\\}\\}\\s*|\\}\\}", flags());
    private static final Pattern SPACE = Pattern.compile("\\s+", flags());
    private static final Pattern FLOAT = Pattern.compile(
            "(?<!\\.)(?:[0-9]+_)*[0-9]+(?:(?:\\.(?:[0-9]+_)*[0-9]+)?[eE][+\\-]?(?:[0-9]+_)*[0-9]+|\\.(?:[0-9]+_)*[0-9]+)");
    private static final Pattern INTEGER =
            Pattern.compile("0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0[xX](?:_?[0-9a-fA-F])+|[1-9](?:_?[0-9])*|0(?:_?0)*");
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{Nl}_][\\p{L}\\p{Nl}\\p{Mn}\\p{Mc}\\p{Nd}\\p{Pc}]*");
    private static final Pattern STRING =
            Pattern.compile("'[^'\\\\]*+(?:\\\\.[^'\\\\]*+)*+'|\"[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+\"", Pattern.DOTALL);
    private static final Pattern OPERATOR = Pattern.compile("//|\\*\\*|==|!=|>=|<=|[+\\-/*%~\\[\\](){}><=.:|,;]");

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private final Deque<Character> brackets = new ArrayDeque<>();
    private int position;
    private int line = 1;

    /** Whether what was read last ended a line, so that blanks before the next tag are indentation. */
    private boolean lineStarting = true;

    Lexer(String source) {
        String normalised = source.replace("\r\n", "\n").replace('\r', '\n');
        this.source = normalised.endsWith("\n") ? normalised.substring(0, normalised.length() - 1) : normalised;
    }

    private static int flags() {
        return Pattern.UNICODE_CHARACTER_CLASS;
    }

    List<Token> tokens() {
        while (position < source.length()) {
            int tag = nextTag();
            if (tag < 0) {
                data(source.substring(position));
                position = source.length();
            } else {
                tag(tag);
            }
        }
        tokens.add(new Token(Token.Type.END, "", line));
        return tokens;
    }

    private int nextTag() {
        for (int i = source.indexOf('{', position); i >= 0 && i + 1 < source.length(); i = source.indexOf('{', i + 1)) {
            if ("%{#".indexOf(source.charAt(i + 1)) >= 0) {
                return i;
            }
        }
        return -1;
    }

    private void tag(int start) {
        char kind = source.charAt(start + 1);
        char sign = start + 2 < source.length() ? source.charAt(start + 2) : 0;
        boolean signed = sign == '-' || sign == '+';
        textBefore(start, kind, signed ? sign : 0);
        Matcher raw = matcher(RAW_BEGIN, start);
        if (kind == '%' && raw.lookingAt()) {
            advance(raw.end());
            raw();
            return;
        }
        advance(start + (signed ? 3 : 2));
        lineStarting = false;
        switch (kind) {
            case '#' -> comment();
            case '{' -> {
                tokens.add(new Token(Token.Type.VARIABLE_BEGIN, "{{", line));
                inside(VARIABLE_END, Token.Type.VARIABLE_END);
            }
            default -> {
                tokens.add(new Token(Token.Type.BLOCK_BEGIN, "{%", line));
                inside(BLOCK_END, Token.Type.BLOCK_END);
            }
        }
    }

    private void textBefore(int end, char kind, char sign) {
        String text = source.substring(position, end);
        String kept = text;
        if (sign == '-') {
            kept = stripTrailing(text);
        } else if (sign != '+' && kind != '{') {
            int lineStart = text.lastIndexOf('\n') + 1;
            boolean indentation = lineStart > 0 || lineStarting;
            if (indentation && SPACE.matcher(text.substring(lineStart)).matches()) {
                kept = text.substring(0, lineStart);
            }
        }
        data(kept);
        advance(end);
    }

    private static String stripTrailing(String text) {
        int end = text.length();
        while (end > 0 && SPACE.matcher(text.substring(end - 1, end)).matches()) {
            end--;
        }
        return text.substring(0, end);
    }

    private void data(String text) {
        if (!text.isEmpty()) {
            tokens.add(new Token(Token.Type.DATA, text, line));
        }
    }

    private void advance(int to) {
        for (int i = position; i < to; i++) {
            if (source.charAt(i) == '\n') {
                line++;
            }
        }
        if (to > position) {
            lineStarting = source.charAt(to - 1) == '\n';
        }
        position = to;
    }

    private void raw() {
        Matcher end = matcher(RAW_END, position);
        if (!end.find()) {
            throw new TemplateException("Missing end of raw directive", line);
        }
        String sign = end.group(1);
        textBefore(end.start(), '%', sign.isEmpty() ? 0 : sign.charAt(0));
        advance(end.end());
    }

    private void comment() {
        Matcher end = matcher(COMMENT_END, position);
        if (!end.find()) {
            throw new TemplateException("Missing end of comment tag", line);
        }
        advance(end.end());
    }

    private void inside(Pattern end, Token.Type endType) {
        brackets.clear();
        while (position < source.length()) {
            Matcher closing = matcher(end, position);
            if (brackets.isEmpty() && closing.lookingAt()) {
                tokens.add(new Token(endType, closing.group().strip(), line));
                advance(closing.end());
                return;
            }
            if (!token()) {
                throw new TemplateException(
                        "unexpected char '" + Character.toString(source.codePointAt(position)) + "'", line);
            }
        }
    }

    private boolean token() {
        if (take(SPACE) != null) {
            return true;
        }
        int at = line;
        String text = take(FLOAT);
        if (text != null) {
            tokens.add(new Token(Token.Type.FLOAT, text.replace("_", ""), at));
            return true;
        }
        text = take(INTEGER);
        if (text != null) {
            tokens.add(new Token(Token.Type.INTEGER, text.replace("_", ""), at));
            return true;
        }
        text = take(NAME);
        if (text != null) {
            tokens.add(new Token(Token.Type.NAME, text, at));
            return true;
        }
        text = take(STRING);
        if (text != null) {
            tokens.add(new Token(
                    Token.Type.STRING, StringEscapes.decode(text.substring(1, text.length() - 1), at), at));
            return true;
        }
        text = take(OPERATOR);
        if (text == null) {
            return false;
        }
        balance(text, at);
        tokens.add(new Token(Token.Type.OPERATOR, text, at));
        return true;
    }

    private void balance(String sign, int at) {
        switch (sign) {
            case "(" -> brackets.push(')');
            case "[" -> brackets.push(']');
            case "{" -> brackets.push('}');
            case ")", "]", "}" -> {
                if (brackets.isEmpty() || brackets.pop() != sign.charAt(0)) {
                    throw new TemplateException("unexpected '" + sign + "'", at);
                }
            }
            default -> {}
        }
    }

    private String take(Pattern pattern) {
        Matcher matcher = matcher(pattern, position);
        if (!matcher.lookingAt()) {
            return null;
        }
        advance(matcher.end());
        return matcher.group();
    }

    private Matcher matcher(Pattern pattern, int from) {
        return pattern.matcher(source).region(from, source.length()).useTransparentBounds(true);
    }
}
