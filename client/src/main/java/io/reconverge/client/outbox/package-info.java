/// What the server has not confirmed, as pure rules: an entity's base, the changes on it, and what
/// becomes of both.
@NullMarked
package io.reconverge.client.outbox;

import org.jspecify.annotations.NullMarked;
