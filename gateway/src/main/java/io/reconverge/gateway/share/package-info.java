/// Making shared spaces, saying who is in them, and taking spaces away: the writes of the API of
/// spaces. What reads is the change feed's.
@NullMarked
package io.reconverge.gateway.share;

import org.jspecify.annotations.NullMarked;
