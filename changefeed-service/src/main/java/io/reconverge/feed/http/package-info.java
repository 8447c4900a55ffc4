/// What requests ask for, and answers written no faster than their reader takes them.
@NullMarked
package io.reconverge.feed.http;

import org.jspecify.annotations.NullMarked;
