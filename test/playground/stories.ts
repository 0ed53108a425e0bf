import type { Events } from './playing.ts'

/** What the playground tells of an ordinary course of things, in short lines. */
export const discovery = [
  'client > authorization-server GET /.well-known/openid-configuration',
  'authorization-server > client 200',
]

export const tokenRequest = [
  'client > authorization-server POST /token',
  'authorization-server > client 200',
]

/** One of the two pages on which the resource owner logs in and consents. */
const interaction = [
  'authorization-server > resource-owner 303',
  'resource-owner > authorization-server GET /interaction/…',
  'authorization-server > resource-owner 200',
  'resource-owner > authorization-server POST /interaction/…',
  'authorization-server > resource-owner 303',
  'resource-owner > authorization-server GET /auth/…',
]

export function logInStory(title: string, path: string): string[] {
  return [
    `# ${title}`,
    `resource-owner > client GET ${path}`,
    ...discovery,
    'client > resource-owner 303',
    'resource-owner > authorization-server GET /auth',
    ...interaction,
    ...interaction,
    'authorization-server > resource-owner 303',
    'resource-owner > client GET /callback',
  ]
}

/** Statuses of the API's answers, in order. */
export function answers(events: Events): number[] {
  const responses = events.of('response').filter(({ from }) => from === 'resource-server')
  return responses.filter(({ to }) => to === 'client').map(({ status }) => status)
}

export function errors(events: Events): (string | undefined)[] {
  return events.of('decision').map(({ stages }) => stages.at(-1)?.reason ?? stages.at(-1)?.error)
}
