/// LogDate's sync: notes (which it calls content), journals, their associations, and media, under
/// `/api/v1/sync`. Its server versions are entities' versions, its cursors times of commits.
@NullMarked
package io.reconverge.gateway.protocol.logdate;

import org.jspecify.annotations.NullMarked;
