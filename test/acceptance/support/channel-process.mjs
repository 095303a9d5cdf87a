// What a channel needs in order to receive its decisions: a durable consumer for each subject it serves.
// Arguments: the address of NATS, then the subjects. Prints the id of each decision as one line of JSON.
import { AckPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from 'nats';

const [url, ...subjects] = process.argv.slice(2);
const nats = await connect({ servers: url });
const manager = await jetstreamManager(nats);

async function receive(subject) {
  const stream = await manager.streams.find(subject);
  const name = subject.replace(/\W+/g, '-');
  await manager.consumers.add(stream, {
    durable_name: name,
    filter_subject: subject,
    ack_policy: AckPolicy.Explicit,
  });
  const consumer = await jetstream(nats).consumers.get(stream, name);
  for await (const message of await consumer.consume()) {
    process.stdout.write(`${JSON.stringify(message.json().id)}\n`);
    message.ack();
  }
}

await Promise.all(subjects.map(receive));
