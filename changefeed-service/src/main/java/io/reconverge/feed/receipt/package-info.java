/// What became of changes whose senders did not wait.
@NullMarked
package io.reconverge.feed.receipt;

import org.jspecify.annotations.NullMarked;
