"""Draws benchmark results as an SVG of horizontal bars: thousands of rows per second, one group per shape and size."""
from html import escape

BARS = [("limit", "limit: COPY from a file, no index", "#9aa5b1"), ("copy", "Ferryman, copy alone", "#1f6feb"),
        ("verify", "Ferryman, verification of every value", "#2da44e"), ("whole", "Ferryman, whole job", "#0b3d91"),
        ("pgloader", "pgloader, whole job", "#d1242f")]
WIDTH, LEFT, RIGHT, BAR, GAP = 900, 220, 90, 16, 22


def draw(points, best):
    """An SVG document; bars of one group share its scale, so that shapes of any row size can be read."""
    legend = 24 * ((len(BARS) + 1) // 2)
    height = legend + 30 + sum(GAP + BAR * sum(best(p, key) is not None for key, _, _ in BARS) for p in points)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="system-ui, sans-serif" font-size="13">',
             f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>', '<title>Thousands of rows per second</title>']
    for number, (_, label, colour) in enumerate(BARS):
        x, y = 20 + number % 2 * 380, 20 + number // 2 * 24
        parts.append(f'<rect x="{x}" y="{y - 11}" width="14" height="14" fill="{colour}"/><text x="{x + 22}" y="{y + 1}">{escape(label)}</text>')
    y = legend + 24
    parts.append(f'<text x="{WIDTH - 20}" y="{y - 8}" text-anchor="end" fill="#57606a">thousands of rows per second; each group has its own scale</text>')
    for point in points:
        bars = [(point["rows"] / best(point, key) / 1000, colour) for key, _, colour in BARS if best(point, key) is not None]
        scale = (WIDTH - LEFT - RIGHT) / max(value for value, _ in bars)
        parts.append(f'<text x="20" y="{y + BAR + 2}" font-weight="bold">{escape(point["shape"])}</text>')
        parts.append(f'<text x="20" y="{y + 2 * BAR + 2}" fill="#57606a">{point["rows"]:,} rows, {point["megabytes"]:,} MB</text>')
        for value, colour in bars:
            parts.append(f'<rect x="{LEFT}" y="{y + 2}" width="{value * scale:.1f}" height="{BAR - 3}" fill="{colour}"/>')
            parts.append(f'<text x="{LEFT + value * scale + 6:.1f}" y="{y + BAR - 3}">{value:,.0f}</text>' if value >= 10 else f'<text x="{LEFT + value * scale + 6:.1f}" y="{y + BAR - 3}">{value:.2f}</text>')
            y += BAR
        y += GAP
    return "\n".join(parts) + "\n</svg>\n"
