/// The local file: what an app reads and writes, and what the sync engine stores.
@NullMarked
package io.reconverge.client.replica;

import org.jspecify.annotations.NullMarked;
