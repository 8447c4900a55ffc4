// Devices, in one process, for a load generator that speaks plain HTTP. Each is a whole Zero client.
//
//   PUT  /clients/<count>        so many are connected, and the one that watches
//   POST /clients/<n>/notes      answers once the server has acknowledged client n's mutation
//   POST /watched                the same, of a note that the watching client looks at
//   GET  /watched/<id>           answers once the watching client has seen the note
//
//   node clients.mjs <port> <zero-cache's URL>
import {randomUUID} from 'node:crypto';
import {createServer} from 'node:http';
import {Zero} from '@rocicorp/zero';
import {mutators, queries, schema} from './notes.mjs';

const [port, cacheURL] = process.argv.slice(2);
const WATCHED = 'watched';
const PATIENCE_MILLIS = 30_000;

const connect = name =>
    new Promise((connected, failed) => {
        const zero = new Zero({
            cacheURL,
            schema,
            mutators,
            userID: null,
            storageKey: name,
            kvStore: 'mem',
            logLevel: 'error',
        });
        zero.connection.state.subscribe(state => {
            if (state.name === 'connected') {
                connected(zero);
            } else if (state.name === 'error') {
                failed(new Error(state.reason));
            }
        });
    });

const clients = [];
const seen = new Map();
const wanted = new Map();

const watcher = await connect('watcher');
await new Promise(complete => {
    const view = watcher.materialize(queries.notes({space: WATCHED}));
    view.addListener((notes, state) => {
        for (const note of notes) {
            if (!seen.has(note.id)) {
                seen.set(note.id, note);
                wanted.get(note.id)?.(note);
            }
        }
        if (state === 'complete') {
            complete();
        }
    });
});
const writer = await connect('writer');

const add = async (zero, space, data) => {
    const id = randomUUID();
    const answer = await zero.mutate(mutators.note.add({id, space, ...JSON.parse(data)})).server;
    if (answer.type !== 'success') {
        throw new Error(JSON.stringify(answer));
    }
    return {id};
};

const see = id =>
    seen.get(id) ??
    new Promise((come, fail) => {
        wanted.set(id, come);
        setTimeout(() => fail(new Error(`${id} was not seen`)), PATIENCE_MILLIS).unref();
    }).finally(() => wanted.delete(id));

const reach = async count => {
    while (clients.length > count) {
        await clients.pop().close();
    }
    while (clients.length < count) {
        clients.push(await connect(`client-${clients.length}`));
    }
    return {clients: clients.length};
};

const answer = async (method, path, body) => {
    const [, what, which] = path.split('/');
    if (method === 'POST') {
        return what === WATCHED
            ? add(writer, WATCHED, body)
            : add(clients[which], `space-${which}`, body);
    }
    return method === 'PUT' ? reach(Number(which)) : see(which);
};

createServer(async (request, response) => {
    try {
        const body = Buffer.concat(await request.toArray()).toString();
        const found = JSON.stringify(await answer(request.method, request.url, body));
        response
            .writeHead(request.method === 'POST' ? 201 : 200, {
                'Content-Type': 'application/json',
                'Content-Length': Buffer.byteLength(found),
            })
            .end(found);
    } catch (failure) {
        console.error(failure);
        response.writeHead(500, {'Content-Length': 0}).end();
    }
}).listen(Number(port), '127.0.0.1');
