"""Text that would run in the page if any of it became HTML, script or a template."""

HOSTILE = (
    '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'
    "${window.hacked=1}{{window.hacked=1}}"
)
