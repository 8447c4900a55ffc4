// The app's own server: zero-cache sends it mutations to run and queries to resolve.
//
//   node server.mjs <port> <database's URL>
import {createServer} from 'node:http';
import {mustGetMutator, mustGetQuery} from '@rocicorp/zero';
import {handleMutateRequest, handleQueryRequest} from '@rocicorp/zero/server';
import {zeroPostgresJS} from '@rocicorp/zero/server/adapters/postgresjs';
import postgres from 'postgres';
import {mutators, queries, schema} from './notes.mjs';

const [port, database] = process.argv.slice(2);
const sql = postgres(database, {onnotice: () => {}});
await sql`
    create table if not exists note (
        id text primary key, space text not null, at text not null, title text not null,
        body text not null, pinned boolean not null, tags jsonb not null)`;
await sql`create index if not exists note_space on note (space)`;
const dbProvider = zeroPostgresJS(schema, sql);

const answers = {
    '/mutate': (query, body) =>
        handleMutateRequest({
            dbProvider,
            handler: transact =>
                transact((tx, name, args) => mustGetMutator(mutators, name).fn({tx, args})),
            query,
            body,
            userID: null,
            logLevel: 'warn',
        }),
    '/query': (query, body) =>
        handleQueryRequest({
            handler: (name, args) => mustGetQuery(queries, name).fn({args}),
            schema,
            query,
            body,
            userID: null,
            logLevel: 'warn',
        }),
};

createServer(async (request, response) => {
    const url = new URL(request.url, 'http://server');
    try {
        const parts = await request.toArray();
        const body = JSON.parse(Buffer.concat(parts).toString());
        const answer = await answers[url.pathname](url.searchParams, body);
        response.writeHead(200, {'Content-Type': 'application/json'}).end(JSON.stringify(answer));
    } catch (failure) {
        console.error(failure);
        response.writeHead(500).end();
    }
}).listen(Number(port), '127.0.0.1');
