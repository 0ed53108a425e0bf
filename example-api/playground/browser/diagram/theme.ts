import type { MermaidConfig } from 'mermaid'

/** The style sheet's colours and measures, in mermaid's words. */
export function theme(): MermaidConfig {
  const text = colour('--ink')
  return {
    startOnLoad: false,
    securityLevel: 'strict',
    theme: 'base',
    fontSize: 13,
    fontFamily: getComputedStyle(document.body).fontFamily,
    themeVariables: {
      darkMode: matchMedia('(prefers-color-scheme: dark)').matches,
      background: colour('--surface'),
      textColor: text,
      signalColor: colour('--line-strong'),
      signalTextColor: text,
      actorBkg: colour('--surface'),
      actorBorder: colour('--line'),
      actorTextColor: text,
      actorLineColor: colour('--line'),
      noteBkgColor: colour('--sunken'),
      noteBorderColor: colour('--line'),
      noteTextColor: text,
      sequenceNumberColor: colour('--surface'),
    },
    sequence: {
      width: 148,
      height: laneHeight,
      actorMargin: 64,
      boxMargin: 10,
      noteMargin: 8,
      messageMargin: 30,
      diagramMarginX: 16,
      diagramMarginY: 10,
      mirrorActors: false,
      useMaxWidth: true,
    },
  }
}

/** How high the heads of the lanes are, before the drawing is scaled. */
const laneHeight = 52

/** A custom property as a colour that mermaid can reckon with. */
function colour(property: string): string {
  const probe = document.createElement('span')
  probe.style.color = `var(${property})`
  document.body.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}
