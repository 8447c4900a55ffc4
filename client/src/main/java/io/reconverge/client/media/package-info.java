/// Files: a queue that sends them beside the text, and a cache of their bytes.
@NullMarked
package io.reconverge.client.media;

import org.jspecify.annotations.NullMarked;
