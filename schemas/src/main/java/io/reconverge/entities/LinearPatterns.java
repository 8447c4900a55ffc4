package io.reconverge.entities;

import com.google.re2j.Pattern;
import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.regex.RegularExpressionFactory;

/// Matches the `pattern`s of schemas with RE2, in time linear in the text: no text of a client can
/// make a careless pattern run for minutes. What RE2 cannot do, backreferences and lookaround, is
/// refused when the schema is loaded.
final class LinearPatterns implements RegularExpressionFactory {

    @Override
    public RegularExpression getRegularExpression(String regex) {
        Pattern pattern = Pattern.compile(regex);
        return text -> pattern.matcher(text).find();
    }
}
