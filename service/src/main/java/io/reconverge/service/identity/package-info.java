/// Who calls: the token, and the spaces it opens.
@NullMarked
package io.reconverge.service.identity;

import org.jspecify.annotations.NullMarked;
