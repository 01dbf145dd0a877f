def test_smoke(house):
    browser = house.browser("jefe.sac@aexpress.example")
    page = browser.get("/aexpress/indicators/")
    assert "IND-001" in page
    for path in ("IND-001/", "my", "upload", "IND-003/period/2026-S2", "IND-001/period/2026-Q4", "IND-002/capture"):
        print(path, browser.get(f"/aexpress/indicators/{path}").status_int)
        page = browser.get(f"/aexpress/indicators/{path}", headers={"Accept": "application/json"}, expect_errors=True)
        print(page.status_int, page.text[:300])
    browser = house.browser("calidad@aexpress.example")
    for path in ("externals", "externals-new", "IND-001/bind", "IND-001/begin"):
        print(path, browser.get(f"/aexpress/indicators/{path}").status_int)
