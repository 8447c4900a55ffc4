@NullMarked
package io.reconverge.client.media;

import org.jspecify.annotations.NullMarked;
