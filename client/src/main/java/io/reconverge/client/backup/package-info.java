/// All of a user's data as files that other programs can read, and back.
@NullMarked
package io.reconverge.client.backup;

import org.jspecify.annotations.NullMarked;
