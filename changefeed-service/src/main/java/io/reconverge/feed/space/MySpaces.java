package io.reconverge.feed.space;

/// Which spaces somebody has, in SQL.
public final class MySpaces {

    /// Shared spaces that are read of one person, those joined first going first.
    public static final int SHARED_MAX = 1_000;

    /// A query for `space_id`, `joined` (epoch milliseconds by one's own space's clock; 0 of one's
    /// own) and `role`, one's own space first. `$1` is one's own space, `$2` one's `sub`, `$3`
    /// [#SHARED_MAX].
    ///
    /// Where one is a member one's own space says, and each of those says whether it is so.
    public static final String QUERY =
            """
            select $1::uuid as space_id, 0::int8 as joined, 'owner' as role
            union all
            (select membership.id::uuid, membership.created_at, member.data ->> 'role'
               from entity as membership
               join entity as member on member.space_id = membership.id::uuid
                                    and member.type = 'member' and member.id = $2
                                    and member.data is not null
              where membership.space_id = $1 and membership.type = 'membership'
                and membership.data is not null
              order by membership.version
              limit $3)
            """;

    private MySpaces() {}
}
