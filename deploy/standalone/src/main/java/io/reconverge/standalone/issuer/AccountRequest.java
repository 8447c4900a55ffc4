package io.reconverge.standalone.issuer;

import io.reconverge.wire.InvalidDocument;
import io.reconverge.wire.Members;
import io.reconverge.wire.Violations;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Who somebody says they are: `{"email": "…", "password": "…", "name": "…"}`.
///
/// @param name null where none was sent
record AccountRequest(String email, String password, @Nullable String name) {

    static final int BODY_MAX_BYTES = 16 * 1024;

    private static final int EMAIL_MAX = 254;
    private static final int NAME_MAX = 200;

    @Override
    public String toString() {
        return "AccountRequest[]";
    }

    /// The request cannot be one.
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1;
        private final String why;

        Refused(String why) {
            super(why, null, false, false);
            this.why = why;
        }

        String why() {
            return why;
        }
    }

    static AccountRequest registration(byte[] body) throws Refused {
        Members members = members(body);
        String email = text(members, "email");
        String password = text(members, "password");
        String name = text(members, "name");
        if (email == null || password == null || name == null) {
            throw new Refused("Please provide email, password and name");
        }
        if (!isEmail(Accounts.normal(email))) {
            throw new Refused("email must be an e-mail address of at most 254 characters");
        }
        if (password.getBytes(StandardCharsets.UTF_8).length > Accounts.PASSWORD_MAX_BYTES) {
            throw new Refused(
                    "password must have at most " + Accounts.PASSWORD_MAX_BYTES + " bytes");
        }
        if (name.codePointCount(0, name.length()) > NAME_MAX || hasControls(name)) {
            throw new Refused("name must have at most " + NAME_MAX + " characters, in one line");
        }
        return new AccountRequest(email, password, name);
    }

    static AccountRequest login(byte[] body) throws Refused {
        Members members = members(body);
        String email = text(members, "email");
        String password = text(members, "password");
        if (email == null || password == null) {
            throw new Refused("Please provide email and password");
        }
        return new AccountRequest(email, password, null);
    }

    private static Members members(byte[] body) throws Refused {
        try {
            return Members.ofDocument(body, new Violations());
        } catch (InvalidDocument malformed) {
            throw new Refused("The body must be a JSON object");
        }
    }

    private static @Nullable String text(Members members, String name) {
        JsonNode value = members.optional(name);
        return value != null && value.isString() && !value.stringValue().isBlank()
                ? value.stringValue()
                : null;
    }

    private static boolean isEmail(String text) {
        int at = text.indexOf('@');
        return at > 0
                && at < text.length() - 1
                && text.length() <= EMAIL_MAX
                && text.codePoints().noneMatch(Character::isWhitespace)
                && !hasControls(text);
    }

    private static boolean hasControls(String text) {
        return text.codePoints().anyMatch(Character::isISOControl);
    }
}
