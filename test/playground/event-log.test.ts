import test from 'ava'
import { EventLog } from '../../example-api/playground/event-log.ts'
import type { PlaygroundEvent } from '../../example-api/playground/events.ts'

const run = (number: number): PlaygroundEvent => ({ type: 'run', run: number, title: 'a run' })
const note = (text: string): PlaygroundEvent => ({ type: 'note', run: 1, at: 0, text })
const server = (keys: number): PlaygroundEvent => ({ type: 'server', on: true, keys })

function told(log: EventLog, id?: number): PlaygroundEvent[] {
  return log.since(id).map(({ data }) => JSON.parse(data))
}

test('what is too much is forgotten by whole runs, the oldest first', (t) => {
  const log = new EventLog(4)
  for (const event of [server(1), run(1), note('a'), run(2)]) log.append(event)
  t.is(told(log).length, 4)
  log.append(note('b'))
  t.deepEqual(told(log), [server(1), run(1), note('a'), run(2), note('b')])
  t.is(log.since().length - 1, 4)
  log.append(note('c'))
  t.deepEqual(told(log), [server(1), run(2), note('b'), note('c')])
})

test('a run that is too long loses its beginning', (t) => {
  const log = new EventLog(3)
  for (const event of [run(1), note('a'), note('b'), note('c')]) log.append(event)
  t.deepEqual(told(log), [note('a'), note('b'), note('c')])
})

test('how the authorization server was is never forgotten', (t) => {
  const log = new EventLog(2)
  for (const event of [server(1), server(2), run(1), note('a'), note('b')]) log.append(event)
  t.deepEqual(told(log), [server(2), note('a'), note('b')])
})

test('who knows an event that is forgotten gets all there is', (t) => {
  const log = new EventLog(2)
  log.append(run(1))
  const [first] = log.since()
  const { id } = first!
  for (const event of [run(2), run(3), run(4)]) log.append(event)
  t.deepEqual(told(log, id), [run(3), run(4)])
  t.deepEqual(told(log, id + 2), [run(4)])
})
