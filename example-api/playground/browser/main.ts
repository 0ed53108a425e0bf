import { render } from 'lit'
import { drawDiagram, redrawOnSchemeChange } from './diagram/drawing.ts'
import type { Run } from './history.ts'
import { Playground } from './playground.ts'
import { server } from './server.ts'
import { page } from './views/page.ts'

let planned = false
let seen: Run | undefined
const playground = new Playground(await server.setup(), plan)
redrawOnSchemeChange(draw)
server.listen(
  (event) => playground.add(event),
  (connected) => {
    // The server has been started anew: nothing of what the page knows holds any more.
    if (connected && !playground.connected) location.reload()
    playground.change(() => (playground.connected = connected))
  },
)
plan()
// The time that tokens have left.
setInterval(plan, 1000)

/** Draws once for all that changes before the next frame. */
function plan(): void {
  if (planned) return
  planned = true
  requestAnimationFrame(draw)
}

function draw(): void {
  planned = false
  render(page(playground), document.body)
  drawDiagram(playground)
  if (playground.run === seen) return
  if (playground.run?.run !== seen?.run) document.getElementById('happenings')?.scrollTo(0, 0)
  seen = playground.run
}
