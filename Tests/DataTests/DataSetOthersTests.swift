import Base
import Data
import TestSupport
import Testing

@Suite("Data sets without folds: AVCAffe, VoxCeleb2, any table, any videos")
struct DataSetOthersTests {
  // MARK: AVCAffe

  private func makeTruths(_ folder: MadeFolder) {
    folder.write(
      "arousal of all\naiim001_task_1, Excited\naiim003_task_2, Wide-awake\naiim003_task_3, Calm\n", to: "ground_truths/arousal.txt")
    folder.write("aiim001_task_1, Unpleasant\naiim003_task_2, Pleasant\n", to: "ground_truths/valence.txt")
  }

  private func makeVideos(_ folder: MadeFolder) {
    folder.touch(
      "videos/shorter_segments/aiim001/task_1/aiim001_task_1_clip_1.avi",
      "videos/shorter_segments/aiim001/task_1/aiim001_task_1_clip_2.avi",
      "videos/shorter_segments/aiim003/task_2/a.avi", "videos/shorter_segments/aiim003/task_3/b.avi",
      "videos/shorter_segments/aiim003/task_9/c.avi")
  }

  @Test("AVCAffe: a list for each target, groups of participant and task, participants on one side")
  func avcaffe() throws {
    let folder = MadeFolder()
    makeTruths(folder)
    makeVideos(folder)
    folder.write("aiim003\n", to: "info/train.txt")
    folder.write("['aiim001']\n", to: "info/val.txt")
    let data = try DataSetManifests.read(AVCAffeLayout(), in: folder.path)
    #expect(data.manifests.map(\.name) == ["arousal_train", "arousal_test", "valence_train", "valence_test"])
    #expect(data["arousal_test"].map { $0.labels[0] } == ["Excited", "Excited"])
    #expect(Set(data["arousal_test"].map(\.group)) == ["aiim001_task_1"])
    #expect(data["arousal_train"].map(\.group) == ["aiim003_task_2", "aiim003_task_3"])
    #expect(data["arousal_train"].map(\.subject) == ["aiim003", "aiim003"])
    #expect(data["valence_train"].map { $0.labels[0] } == ["Pleasant"])
    #expect(data["valence_test"].map { $0.labels[0] } == ["Unpleasant", "Unpleasant"])
    #expect(data.skipped.map(\.path).contains(folder("videos/shorter_segments/aiim003/task_9/c.avi")))
    #expect(data.findings.first(.countDiffers)?.message.contains("1 participants to train and 1 to test") == true)
  }

  @Test(
    "AVCAffe: unpacked face crops are preferred, in either layout",
    arguments: [
      "face_crops/shorter_segments_face/aiim001_task_1/clip_1", "face_crops/shorter_segments_face/aiim001_task_1/aiim001/task_1/clip_1",
      "images/shorter_segments_face/aiim001/task_1/clip_1",
    ])
  func avcaffeFaces(_ clip: String) throws {
    let folder = MadeFolder()
    makeTruths(folder)
    makeVideos(folder)
    folder.frames(clip)
    let data = try DataSetManifests.read(AVCAffeLayout(), in: folder.path)
    #expect(data["arousal_test"].map(\.path) == [folder(clip)])
    #expect(data["arousal_test"].map(\.group) == ["aiim001_task_1"])
    var options = DataSetOptions()
    options.variant = "videos"
    #expect(try DataSetManifests.read(AVCAffeLayout(), in: folder.path, options: options)["arousal_test"].count == 2)
  }

  @Test("AVCAffe: zip files that were not unpacked are told")
  func avcaffeZips() {
    let folder = MadeFolder()
    makeTruths(folder)
    folder.touch("face_crops/shorter_segments_face/aiim001_task_1.zip")
    #expect(failureOf { try DataSetManifests.read(AVCAffeLayout(), in: folder.path) }?.message.contains("must be unpacked first") == true)
  }

  @Test("AVCAffe: an unknown class is an error with its line")
  func avcaffeUnknown() {
    let folder = MadeFolder()
    makeTruths(folder)
    makeVideos(folder)
    folder.write("aiim001_task_1, Excited\naiim001_task_2, Sleepy\n", to: "ground_truths/arousal.txt")
    #expect(failureOf { try DataSetManifests.read(AVCAffeLayout(), in: folder.path) }?.message.contains("arousal.txt:2: ") == true)
  }

  // MARK: VoxCeleb2

  @Test("VoxCeleb2: all clips without labels, the speaker as subject, in natural order")
  func voxCeleb2() throws {
    let folder = MadeFolder()
    folder.touch(
      "dev/mp4/id00012/21Uxsk56VDQ/00002.mp4", "dev/mp4/id00012/21Uxsk56VDQ/00010.mp4", "dev/mp4/id00012/2DLq_Kkc1r8/00016.mp4",
      "dev/mp4/id00015/0fijmz4vTVU/00001.mp4", "dev/mp4/list.mp4", "test/mp4/id00017/x/00001.mp4")
    let data = try DataSetManifests.read(VoxCeleb2Layout(), in: folder.path)
    #expect(data.manifests.map(\.name) == ["pretrain"])
    let paths = data["pretrain"].map { String($0.path.dropFirst(folder.path.count + 9)) }
    #expect(
      paths == [
        "id00012/2DLq_Kkc1r8/00016.mp4", "id00012/21Uxsk56VDQ/00002.mp4", "id00012/21Uxsk56VDQ/00010.mp4", "id00015/0fijmz4vTVU/00001.mp4",
      ])
    #expect(data["pretrain"].map(\.subject) == ["id00012", "id00012", "id00012", "id00015"])
    #expect(data["pretrain"].allSatisfy { $0.labels.isEmpty })
    #expect(data.findings.contains { $0.kind == .skippedFile && $0.count == 1 })
    #expect(data.findings.first(.countDiffers)?.message == "pretrain lists 4 videos, the published list 1092009")
  }

  // MARK: Tables and folders

  private let werewolf = """
    path valence arousal dominance subject
    s1/a.mp4 0.5 -0.25 1 session1
    s1/b.mp4 0 0 0 session1
    s2/a.mp4 1 1 1 session2
    s3/a.mp4 2 2 2 session3
    """

  private func makeTable(_ text: String) -> MadeFolder {
    let folder = MadeFolder()
    folder.write(text, to: "werewolf.txt")
    folder.touch("s1/a.mp4", "s1/b.mp4", "s2/a.mp4", "s3/a.mp4")
    return folder
  }

  @Test("a table with named columns becomes one list")
  func table() throws {
    let folder = makeTable(werewolf)
    let data = try DataSetManifests.read(TableLayout(), in: folder("werewolf.txt"))
    #expect(data.manifests.map(\.name) == ["all"])
    #expect(data.manifests[0].labelNames == ["valence", "arousal", "dominance"])
    #expect(data["all"][0].labels == ["0.5", "-0.25", "1"])
    #expect(data["all"][0].path == folder("s1/a.mp4"))
  }

  @Test("a table is cut into folds without common subjects")
  func tableFolds() throws {
    let folder = makeTable(werewolf)
    var options = DataSetOptions()
    options.folds = 2
    let data = try DataSetManifests.read(TableLayout(), in: folder("werewolf.txt"), options: options)
    #expect(data.manifests.map(\.name) == ["fold1_train", "fold1_test", "fold2_train", "fold2_test"])
    #expect(data["fold1_test"].map(\.subject) == ["session1", "session1"])
    #expect(data["fold2_test"].map(\.subject) == ["session2", "session3"])
    #expect(data["fold1_train"].map(\.subject) == ["session2", "session3"])
    options.folds = 4
    #expect(
      failureOf { try DataSetManifests.read(TableLayout(), in: folder("werewolf.txt"), options: options) }?.message.contains(
        "too few for 4 folds") == true)
  }

  @Test("columns for fold or split decide the lists")
  func tableColumns() throws {
    let folds = makeTable("path,label,fold\ns1/a.mp4,x,2\ns1/b.mp4,y,1\ns2/a.mp4,x,1\n")
    let data = try DataSetManifests.read(TableLayout(), in: folds("werewolf.txt"))
    #expect(data["fold1_test"].map(\.path) == [folds("s1/b.mp4"), folds("s2/a.mp4")])
    #expect(data["fold1_train"].map(\.path) == [folds("s1/a.mp4")])
    let splits = makeTable("path,label,split\ns1/a.mp4,x,train\ns1/b.mp4,y,test\ns2/a.mp4,x,train\n")
    #expect(
      try DataSetManifests.read(TableLayout(), in: splits("werewolf.txt")).manifests.map { "\($0.name) \($0.count)" } == [
        "test 1", "train 2",
      ])
    let escape = makeTable("path,label,split\ns1/a.mp4,x,../../etc\n")
    #expect(
      failureOf { try DataSetManifests.read(TableLayout(), in: escape("werewolf.txt")) }?.message.contains("cannot be the name of a list")
        == true)
  }

  @Test("any folder of videos becomes a list for pre-training")
  func videos() throws {
    let folder = MadeFolder()
    folder.touch("b/1.mp4", "a.mkv", "notes.txt")
    folder.frames("frames/7")
    let data = try DataSetManifests.read(VideosLayout(), in: folder.path)
    #expect(data["pretrain"].map(\.path) == [folder("a.mkv"), folder("b/1.mp4"), folder("frames/7")])
    let empty = MadeFolder()
    #expect(failureOf { try DataSetManifests.read(VideosLayout(), in: empty.path) }?.message.contains("holds no videos") == true)
  }

  @Test("data sets are known by name, whatever the case; near misses are named")
  func catalog() throws {
    #expect(try DataSetCatalog.layout("DFEW").name == "dfew")
    #expect(failureOf { try DataSetCatalog.layout("fev39k") }?.message.contains("did you mean \"ferv39k\"?") == true)
    let names = DataSetCatalog.all.map(\.name)
    #expect(Set(names).count == names.count)
    for layout in DataSetCatalog.all { #expect(!layout.expects.isEmpty && !layout.title.isEmpty) }
  }
}
