// The app, as its clients and its server share it.
import {
    boolean,
    createBuilder,
    createSchema,
    defineMutator,
    defineMutators,
    defineQueries,
    defineQuery,
    json,
    string,
    table,
} from '@rocicorp/zero';

const note = table('note')
    .columns({
        id: string(),
        space: string(),
        at: string(),
        title: string(),
        body: string(),
        pinned: boolean(),
        tags: json(),
    })
    .primaryKey('id');

export const schema = createSchema({tables: [note]});

const zql = createBuilder(schema);

export const mutators = defineMutators({
    note: {add: defineMutator(({tx, args}) => tx.mutate.note.insert(args))},
});

export const queries = defineQueries({
    notes: defineQuery(({args}) => zql.note.where('space', args.space)),
});
