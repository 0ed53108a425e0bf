import { html, nothing, type TemplateResult } from 'lit'
import type { Outcome, Stage, StageMessage } from '../../../../src/trace/messages.ts'
import type { Decision } from '../../events.ts'
import { stopOf } from '../words/headline.ts'
import { explain, stageOrder, stages as words } from '../words/stages.ts'
import { sectionLink } from './section-link.ts'

/** What the middleware has decided, step by step. */
export function stages(decision: Decision): TemplateResult {
  const stop = stopOf(decision)
  const order = inOrder(decision)
  const end = stop === undefined ? Infinity : order.indexOf(stop.stage)
  return html`<ol class="stages" aria-label="Stages of the decision">
    ${order.flatMap((stage, at) => {
      const told = decision.stages.filter((message) => message.stage === stage)
      if (told.length > 0) return told.map(one)
      return [silent(stage, at > end)]
    })}
  </ol>`
}

const marks: Readonly<Record<Outcome, readonly [sign: string, word: string]>> = {
  passed: ['✓', 'passed'],
  refused: ['✕', 'refused'],
  unavailable: ['!', 'not available'],
}

function one(message: StageMessage): TemplateResult {
  const { stage, outcome, section, duration, cache, guard, error, code, reason } = message
  const [sign, word] = marks[outcome]
  return html`<li class=${outcome}>
    <span class="mark" aria-hidden="true">${sign}</span>
    <div>
      <p class="line">
        <strong>${words[stage].name}</strong> <span class="outcome">${word}</span>
        ${guard === undefined ? nothing : html`<code>${guard}()</code>`}
        ${cache === undefined ? nothing : html`<span class="tag">${caches[cache]}</span>`}
        <span class="aside">${sectionLink(section)} <span>${spell(duration)}</span></span>
      </p>
      <p>
        ${
          error === undefined
            ? words[stage].asks
            : html`<code
                  >${[error, code, reason].filter((each) => each !== undefined).join(' · ')}</code
                >
                ${explain(message)}`
        }
      </p>
    </div>
  </li>`
}

const caches = { hit: 'remembered', miss: 'worked out now', stale: 'remembered, old' } as const

/** The stages as they were decided: the claims of a JWT are checked before its signature is. */
function inOrder({ stages }: Decision): readonly Stage[] {
  const told = (stage: Stage): number => {
    const at = stages.findIndex((message) => message.stage === stage)
    return at < 0 ? Infinity : at
  }
  if (told('check') >= told('verify')) return stageOrder
  return ['read', 'check', 'verify', 'identify', 'confirm', 'authorize']
}

/** A stage of which nothing was told: it was not reached, or there was nothing to decide. */
function silent(stage: Stage, late: boolean): TemplateResult {
  return html`<li class="silent">
    <span class="mark" aria-hidden="true">·</span>
    <div>
      <p class="line">
        <strong>${words[stage].name}</strong>
        <span class="outcome">${late ? 'not reached' : 'nothing to do'}</span>
      </p>
      <p>${words[stage].asks}</p>
    </div>
  </li>`
}

/** A duration in seconds, as people read it. */
function spell(duration: number): string {
  const milliseconds = duration * 1000
  if (milliseconds < 1) return `${Math.max(1, Math.round(milliseconds * 1000))} µs`
  return `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`
}
