/// The topics that Reconverge keeps on its broker.
@NullMarked
package io.reconverge.ingest.topics;

import org.jspecify.annotations.NullMarked;
