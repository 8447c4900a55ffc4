@NullMarked
package io.reconverge.feed.entity;

import org.jspecify.annotations.NullMarked;
