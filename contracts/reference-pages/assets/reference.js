// The search of the contract reference: narrows the list on the first page while one types. Every
// word must be found in a table or in one of its columns; columns that match are shown below it.
// Other pages send the words to the first one. Nothing is fetched.
;(() => {
  const input = document.querySelector('#search')
  const list = document.querySelector('#contracts')
  const found = document.querySelector('#found')

  document.addEventListener('keydown', (event) => {
    const isTyping = event.target.closest?.('input, textarea, select') !== null
    if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    input.focus()
  })

  // The list of contracts scrolls by itself: the page one is on stays in view.
  const here = document.querySelector('nav.contracts a[aria-current]')
  const beside = document.querySelector('nav.contracts')
  if (here !== null) beside.scrollTop = here.offsetTop - beside.clientHeight / 2
  if (list === null) return

  const fold = (text) => text.toLowerCase().replaceAll('_', ' ')
  const textOf = (element) =>
    fold(`${element.textContent} ${element.textContent.replaceAll('_', '')}`)
  const tables = [...list.querySelectorAll('.entry')].map((element) => {
    const details = element.querySelector('details')
    const own = [...element.querySelectorAll('h3, p')].map(textOf).join(' ')
    const name = textOf(element.querySelector('h3'))
    const columns = [...details.querySelectorAll('li')].map((row) => ({ row, text: textOf(row) }))
    return { element, details, own, name, columns }
  })
  const sections = [...list.querySelectorAll('section')]
  const count = (number, word) => `${number} ${word}${number === 1 ? '' : 's'}`

  function narrow() {
    const words = fold(input.value)
      .split(/\s+/)
      .filter((word) => word !== '')
    let tableCount = 0
    let columnCount = 0
    for (const { element, details, own, name, columns } of tables) {
      const isTable = words.every((word) => own.includes(word))
      const matches = columns.filter(
        ({ text }) =>
          words.every((word) => text.includes(word) || name.includes(word)) &&
          words.some((word) => text.includes(word)),
      )
      const shown = words.length === 0 ? [] : matches
      for (const { row } of columns)
        row.hidden = shown.length > 0 && !shown.some((one) => one.row === row)
      details.open = shown.length > 0
      element.hidden = !isTable && matches.length === 0
      if (!element.hidden) tableCount++
      columnCount += shown.length
    }
    for (const section of sections) {
      section.hidden = section.querySelector('.entry:not([hidden])') === null
    }
    if (words.length === 0) found.textContent = ''
    else if (tableCount === 0) found.textContent = 'Nothing found. Try fewer letters.'
    else {
      const inColumns = columnCount === 0 ? '' : `, ${count(columnCount, 'column')}`
      found.textContent = `Found ${count(tableCount, 'table')}${inColumns}.`
    }
  }

  input.value = new URLSearchParams(window.location.search).get('q') ?? input.value
  input.addEventListener('input', narrow)
  input.form.addEventListener('submit', (event) => {
    event.preventDefault()
    list.querySelector('.entry:not([hidden]) a')?.focus()
  })
  narrow()
})()
