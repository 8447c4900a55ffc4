/// What changed since a cursor: as a page, a long poll, a file of lines or a live stream.
@NullMarked
package io.reconverge.feed.delta;

import org.jspecify.annotations.NullMarked;
