package dev.kubeproxyfleet.schemas.config;

/** A pattern of names: {@code *} stands for any characters, {@code ?} for one; case does not matter. */
public record Glob(String pattern) {

    private static final int NONE = -1;

    /** Whether the pattern fits the whole name. Costs at most the product of their lengths. */
    public boolean matches(String name) {
        int at = 0;
        int star = NONE;
        int afterStar = 0;
        int i = 0;
        while (i < name.length()) {
            if (at < pattern.length() && pattern.charAt(at) == '*') {
                star = at++;
                afterStar = i;
            } else if (at < pattern.length() && fits(pattern.charAt(at), name.charAt(i))) {
                at++;
                i++;
            } else if (star != NONE) {
                at = star + 1;
                i = ++afterStar;
            } else {
                return false;
            }
        }
        while (at < pattern.length() && pattern.charAt(at) == '*') {
            at++;
        }
        return at == pattern.length();
    }

    private static boolean fits(char wanted, char found) {
        return wanted == '?' || Character.toLowerCase(wanted) == Character.toLowerCase(found);
    }
}
