/// What an app says is to be done when two devices changed the same entity, and what became of it.
@NullMarked
package io.reconverge.client.conflict;

import org.jspecify.annotations.NullMarked;
