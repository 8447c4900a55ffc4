@NullMarked
package io.reconverge.feed.http;

import org.jspecify.annotations.NullMarked;
