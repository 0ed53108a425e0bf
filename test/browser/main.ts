import { suiteNeeding } from '../../tools/suite-needing.ts'
import { findChromium } from './chromium.ts'

/** Drives the playground's page with Chromium. */
const missing = 'There is no Chromium on the PATH; CHROMIUM=/path/to/it names another one.'
await suiteNeeding(import.meta.url, '.browser.ts', findChromium() ? undefined : missing)
