// Serves the demo's lake from the installed package and asks it one thing: the package must hold all
// that its processes are made of, which no test in a clone can tell.
import { spawn } from 'node:child_process'
import { once } from 'node:events'

const port = 18_080
const command = 'node_modules/.bin/safelanding'
const project = 'safelanding-demo/safelanding.yaml'
const server = spawn(command, ['--project', project, 'serve', '--port', String(port)], {
  stdio: ['ignore', 'inherit', 'inherit'],
})
const ended = once(server, 'exit')
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))

async function ask(sql) {
  const headers = { 'X-Trino-User': 'ci', 'X-Trino-Catalog': 'lake', 'X-Trino-Schema': 'core' }
  const url = `http://127.0.0.1:${port}/v1/statement`
  let answer = await (await fetch(url, { method: 'POST', headers, body: sql })).json()
  const rows = []
  while (answer.nextUri !== undefined) {
    answer = await (await fetch(answer.nextUri, { headers })).json()
    if (answer.error !== undefined) throw new Error(answer.error.message)
    rows.push(...(answer.data ?? []))
  }
  return rows
}

let rows = null
for (let tries = 0; rows === null && tries < 60; tries++) {
  await pause(500)
  try {
    rows = await ask('SELECT count(*) FROM patients')
  } catch (error) {
    process.stderr.write(`${error}\n`)
  }
}
server.kill('SIGTERM')
await ended
const count = rows?.[0]?.[0]
process.stdout.write(`the installed package serves ${count} patients\n`)
process.exitCode = count > 0 ? 0 : 1
