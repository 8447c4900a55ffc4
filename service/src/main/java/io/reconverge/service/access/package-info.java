/// Who may read and write which space.
@NullMarked
package io.reconverge.service.access;

import org.jspecify.annotations.NullMarked;
