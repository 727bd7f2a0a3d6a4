from dta_demo.ui.shared.downloads import safe_file_stem


def test_file_stem_keeps_nothing_that_a_path_could_use() -> None:
    assert safe_file_stem("../../etc/passwd", "protein") == "etc_passwd"
    assert safe_file_stem("<img src=x>", "protein") == "img_src_x"
    assert safe_file_stem("…", "protein") == "protein"
    assert len(safe_file_stem("A" * 500, "protein")) == 40
